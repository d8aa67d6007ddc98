#!/usr/bin/env bash
# Runs the whole device as fast as this machine can over many frames and looks for growth. Usage: tools/soak.sh [FRAMES]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
find_dotnet
require_packages curl jq
. tools/device.sh
frames=${1:-200000}

start_device --camera "images:samples/demo?rate=0&loop=true" --threads 1 --set Gpio:Simulated=true --set Gpio:Outputs:0:Pin=17
echo "frames resident_MB managed_MB threads files events"
first=0
while true; do
  seen=$(state .engine.inferences)
  # The first tenth fills caches and pools; growth counts from there.
  read -r resident managed <<<"$(state '"\(.process.residentBytes) \(.process.managedBytes)"')"
  events=$(curl -s "$ADDRESS/metrics" | sed -n 's/^rnnpool_edge_events_total //p')
  printf '%s %s %s %s %s %s\n' "$seen" "$((resident / 1000000))" "$((managed / 1000000))" "$(ls "/proc/$DEVICE/task" | wc -l)" "$(ls "/proc/$DEVICE/fd" | wc -l)" "$events"
  if [ "$first" -eq 0 ] && [ "$seen" -ge $((frames / 10)) ]; then first=$resident files=$(ls "/proc/$DEVICE/fd" | wc -l); fi
  [ "$seen" -lt "$frames" ] || break
  sleep $((frames > 5000 ? 20 : 1))
done
grown=$(((resident - first) / 1000)) opened=$(($(ls "/proc/$DEVICE/fd" | wc -l) - files))
stop_device
echo "From frame $((frames / 10)) to frame $seen: $grown kB more resident, $opened more open files."
[ "$grown" -lt 8000 ] && [ "$opened" -le 2 ]
