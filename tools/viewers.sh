#!/usr/bin/env bash
# Measures the effect of viewers on detection: the median time of an inference and the inferences per second without viewers, and with 200
# changing viewers (live view, stream, state). Series alternate, so that other work on the machine affects both alike. Usage: tools/viewers.sh [SECONDS] [SERIES]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
find_dotnet
require_packages curl jq ffmpeg python3
. tools/device.sh
seconds=${1:-15}
series=${2:-5}
VIEWERS=''
end_viewers() {
  [ -z "$VIEWERS" ] || { kill "$VIEWERS" 2>/dev/null || true; wait "$VIEWERS" 2>/dev/null || true; }
  VIEWERS=''
}
trap 'end_viewers; end_all' EXIT

vga=$FOLDER/vga
mkdir -p "$vga"
ffmpeg -y -v error -i samples/demo/frame-%03d.jpg -vf scale=640:480 -q:v 4 "$vga/%03d.jpg"
start_device --camera "images:$vga?rate=10&loop=true" --threads 1 --set Device:AllowImages=true
sleep 5

# 200 viewers, 20 at a time: each stays for a while and is replaced by the next. One process runs all of them, so that the cost of viewers, which
# are on other machines in reality, is not counted as a cost of the device.
viewers() {
  exec setsid python3 - "$1" "$2" <<'PYTHON'
import asyncio, sys

host, port = sys.argv[1].removeprefix("http://").split(":")
seconds = float(sys.argv[2])
paths = ["/api/live.mjpg?width=640&fps=10", "/api/live.mjpg?width=320&fps=5", "/api/stream?log=1", "/api/live.mjpg?width=640&fps=2", "/api/state"]
answers = {}

async def look(path, time):
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
    status = (await reader.readline()).decode().split(" ")[1]
    answers[status] = answers.get(status, 0) + 1
    try:
        async with asyncio.timeout(time):
            while await reader.read(65536):
                pass
    except TimeoutError:
        pass
    writer.close()

async def chair(number):
    for turn in range(10):
        await look(paths[(number + turn) % len(paths)], seconds / 10 * (0.5 + (number * 7 + turn * 3) % 10 / 10))

async def main():
    await asyncio.gather(*(chair(number) for number in range(20)))

asyncio.run(main())
print("answers:", answers, file=sys.stderr)
PYTHON
}

# figures: the median time of an inference, inferences per second and processor time per second over one series.
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
  viewers "$ADDRESS" "$seconds" &
  VIEWERS=$!
  sleep 1
  figures >>"$FOLDER/watched.json"
  end_viewers
  sleep 2
done

stop_device
jq -rn --slurpfile quiet "$FOLDER/quiet.json" --slurpfile watched "$FOLDER/watched.json" '
  def median(f): map(f) | sort | .[length / 2 | floor];
  def round2: . * 100 | round / 100;
  ($quiet | median(.ms)) as $qm | ($watched | median(.ms)) as $wm | ($quiet | median(.fps)) as $qf | ($watched | median(.fps)) as $wf |
  "without viewers:       median inference \($qm | round2) ms, \($qf | round2) inferences/s, \($quiet | median(.core) * 100 | round) % of a core",
  "200 come and go:       median inference \($wm | round2) ms, \($wf | round2) inferences/s, \($watched | median(.core) * 100 | round) % of a core",
  "ratio of medians:      inference \($wm / $qm | round2), inferences/s \($wf / $qf | round2)"'
