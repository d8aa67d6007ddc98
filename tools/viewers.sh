#!/usr/bin/env bash
# Measures what people who look do to detection: the median time of an inference and the inferences per second with nobody, and with 200 viewers
# who come and go (live view, stream, state). Series alternate, so that other work on the machine hits both alike. Usage: tools/viewers.sh [SECONDS] [SERIES]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
find_dotnet
require_packages curl jq ffmpeg
. tools/device.sh
seconds=${1:-15}
series=${2:-5}
VIEWERS=()
end_viewers() {
  local viewer
  for viewer in "${VIEWERS[@]}"; do kill "$viewer" 2>/dev/null || true; done
  [ ${#VIEWERS[@]} -eq 0 ] || wait "${VIEWERS[@]}" 2>/dev/null || true
  VIEWERS=()
}
trap 'end_viewers; end_all' EXIT

vga=$FOLDER/vga
mkdir -p "$vga"
ffmpeg -y -v error -i samples/demo/frame-%03d.jpg -vf scale=640:480 -q:v 4 "$vga/%03d.jpg"
start_device --camera "images:$vga?rate=10&loop=true" --threads 1 --set Device:AllowImages=true
sleep 5

# A viewer looks for one to four seconds, goes, and is followed by the next: 20 chairs, each taken ten times in a series.
chair() {
  local i paths=("api/live.mjpg?width=640&fps=10" "api/live.mjpg?width=320&fps=5" "api/stream?log=1" "api/live.mjpg?width=640&fps=2&boxes=1")
  for i in 1 2 3 4 5 6 7 8 9 10; do
    curl -s -o /dev/null --max-time "$(((i + $1) % 3 + 1))" "$ADDRESS/${paths[(i + $1) % 4]}" || true
    curl -s -o /dev/null "$ADDRESS/api/state" || true
  done
}

# look: inferences per second and processor time per second over the series.
figures() {
  local before after
  before=$(curl -s "$ADDRESS/api/state")
  sleep "$seconds"
  after=$(curl -s "$ADDRESS/api/state")
  jq -cn --argjson a "$before" --argjson b "$after" '($b.uptimeSeconds - $a.uptimeSeconds) as $time |
    { ms: $b.engine.inferenceMs, fps: (($b.engine.inferences - $a.engine.inferences) / $time), core: (($b.process.cpuSeconds - $a.process.cpuSeconds) / $time) }'
}

: >"$FOLDER/quiet.json"
: >"$FOLDER/watched.json"
for ((i = 0; i < series; i++)); do
  figures >>"$FOLDER/quiet.json"
  for chair in $(seq 20); do chair "$chair" & VIEWERS+=($!); done
  sleep 1
  figures >>"$FOLDER/watched.json"
  end_viewers
  sleep 3
done

stop_device
jq -rn --slurpfile quiet "$FOLDER/quiet.json" --slurpfile watched "$FOLDER/watched.json" '
  def median(f): map(f) | sort | .[length / 2 | floor];
  def round2: . * 100 | round / 100;
  ($quiet | median(.ms)) as $qm | ($watched | median(.ms)) as $wm | ($quiet | median(.fps)) as $qf | ($watched | median(.fps)) as $wf |
  "nobody looks:          median inference \($qm | round2) ms, \($qf | round2) inferences/s, \($quiet | median(.core) * 100 | round) % of a core",
  "200 come and go:       median inference \($wm | round2) ms, \($wf | round2) inferences/s, \($watched | median(.core) * 100 | round) % of a core",
  "ratio of medians:      inference \($wm / $qm | round2), inferences/s \($wf / $qf | round2)"'
