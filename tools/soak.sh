#!/usr/bin/env bash
# Runs the whole device at full speed over many frames and checks for growth of memory, files and threads. Usage: tools/soak.sh [FRAMES [CSV]]
# It writes a line every few seconds to CSV (artifacts/soak.csv) and prints a verdict; the exit code is 0 without growth, otherwise 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
find_dotnet
require_packages curl jq
. tools/device.sh
frames=${1:-200000} csv=${2:-artifacts/soak.csv}
patience=300 # seconds without a frame, or without an answer, until the device is taken for stuck
pause=$((frames > 5000 ? 20 : 1))

# sample: prints one line of figures; sets seen, resident, allocated, threads and files. On a busy machine the answer may be slow.
sample() {
  local line begin=$SECONDS
  until line=$(curl -sf -m 30 "$ADDRESS/api/state" | jq -r '"\(.engine.inferences) \(.process.residentBytes) \(.process.managedBytes) \(.process.allocatedBytes)"') && [ -n "$line" ]; do
    kill -0 "$DEVICE" 2>/dev/null || fail "The device has ended; see $FOLDER/device.log."
    [ $((SECONDS - begin)) -lt "$patience" ] || fail "The device has not answered for $patience s; see $FOLDER/device.log."
    sleep 1
  done
  read -r seen resident managed allocated <<<"$line"
  threads=$(find "/proc/$DEVICE/task" -mindepth 1 -maxdepth 1 | wc -l)
  files=$(find "/proc/$DEVICE/fd" -mindepth 1 -maxdepth 1 | wc -l)
  events=$(curl -s -m 30 "$ADDRESS/metrics" | sed -n 's/^rnnpool_edge_events_total //p')
  printf '%s,%s,%s,%s,%s,%s,%s,%s\n' "$((SECONDS - started))" "$seen" "$resident" "$managed" "$allocated" "$threads" "$files" "${events:-}" | tee -a "$csv"
}

started=$SECONDS
echo "seconds,frames,resident_bytes,managed_bytes,allocated_bytes,threads,files,events" | tee "$csv"
start_device --camera "images:samples/demo?rate=0&loop=true" --threads 1 --set Gpio:Simulated=true --set Gpio:Outputs:0:Pin=17

# The first frames fill caches and pools, and hot code is recompiled; growth is measured after that.
warm=$((frames / 10 > 8000 ? frames / 10 : (frames / 2 < 8000 ? frames / 2 : 8000)))
base=0 last=-1 moved=$SECONDS
while true; do
  sample
  if [ "$base" -eq 0 ] && [ "$seen" -ge "$warm" ]; then base=$seen resident0=$resident allocated0=$allocated threads0=$threads files0=$files; fi
  [ "$seen" -lt "$frames" ] || break
  if [ "$seen" -gt "$last" ]; then last=$seen moved=$SECONDS; fi
  [ $((SECONDS - moved)) -lt "$patience" ] || fail "No frame for $patience s, after $seen of $frames; see $FOLDER/device.log."
  sleep "$pause"
done
[ "$seen" -gt "$base" ] || { sleep 2; sample; }
stop_device

# A short run ends before all of the code is compiled.
allowed=$((frames > 20000 ? 8000 : 48000))
grown=$(((resident - resident0) / 1000)) opened=$((files - files0)) begun=$((threads - threads0)) each=$(((allocated - allocated0) / (seen - base)))
echo "From frame $base to frame $seen, in $((SECONDS - started)) s: $grown kB more resident, $opened more open files, $begun more threads, $each bytes allocated per frame."
verdict=flat
[ "$grown" -lt "$allowed" ] || verdict="GROWS: memory, by $grown kB (allowed: $allowed)"
[ "$opened" -le 4 ] || verdict="GROWS: open files, by $opened (allowed: 4)"
[ "$begun" -le 8 ] || verdict="GROWS: threads, by $begun (allowed: 8)"
[ "$each" -lt 65536 ] || verdict="GROWS: $each bytes allocated per frame (allowed: 65536)"
echo "verdict: $verdict"
[ "$verdict" = flat ]
