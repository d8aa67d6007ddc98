#!/usr/bin/env bash
# Measures processor and memory of a device with one, two and four cameras at five frames per second each, and compares the cost of each further camera
# with that of the first; the exit code is 1 when it is more. Usage: tools/cameras.sh [SECONDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
find_dotnet
require_packages curl jq ffmpeg
. tools/device.sh
seconds=${1:-60}
rate=5

# Motion JPEG of 640x480 like that of a camera, as in measure.sh.
vga=$PWD/$FOLDER/vga
rm -rf "$vga"
mkdir -p "$vga"
ffmpeg -v error -i samples/demo/frame-%03d.jpg -vf scale=640:480 -q:v 4 "$vga/%03d.jpg"

# cost CAMERAS: prints the figures as JSON.
cost() {
  local before after arguments i
  trap '[ -z "$DEVICE" ] || kill "$DEVICE"' EXIT
  arguments=(--camera "images:$vga?rate=$rate&loop=true" --threads 1 --set Camera:Name=camera1)
  for ((i = 2; i <= $1; i++)); do arguments+=(--set "Cameras:camera$i:Source=images:$vga?rate=$rate&loop=true"); done
  start_device "${arguments[@]}"
  sleep 15
  before=$(curl -s "$ADDRESS/api/state")
  sleep "$seconds"
  after=$(curl -s "$ADDRESS/api/state")
  stop_device
  jq -cn --argjson cameras "$1" --argjson a "$before" --argjson b "$after" '
    ($b.engine.inferences - $a.engine.inferences) as $frames | ($b.uptimeSeconds - $a.uptimeSeconds) as $time |
    { cameras: $cameras, fps: ($frames / $time * 10 | round / 10), ms: $b.engine.inferenceMs,
      core: (($b.process.cpuSeconds - $a.process.cpuSeconds) / $time * 1000 | round / 10), resident: ($b.process.residentBytes / 100000 | round / 10),
      dropped: ([($b.cameras // [{camera: $b.camera}])[].camera.dropped] | add), allocated: (($b.process.allocatedBytes - $a.process.allocatedBytes) / $frames | round) }'
}

figures=()
for cameras in 1 2 4; do
  figures+=("$(cost "$cameras")")
  jq -r '"\(.cameras) cameras: \(.fps) inferences/s of \(.ms) ms, \(.core) % of a core, \(.resident) MB resident, \(.dropped) frames dropped, \(.allocated) bytes allocated per frame."' <<<"${figures[-1]}"
done

# The further cameras of four, each compared with the first one.
jq -s '(.[2].core - .[0].core) / 3 / .[0].core' <<<"${figures[*]}" | {
  read -r ratio
  printf 'A further camera costs %.2f times the processor time of a device with one (at most 1.1).\n' "$ratio"
  jq -en --argjson ratio "$ratio" '$ratio <= 1.1' >/dev/null
}
