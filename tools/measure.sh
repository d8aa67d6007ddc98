#!/usr/bin/env bash
# Measures the whole device on this machine: processor, memory, allocations, latency to a pin and to MQTT, start-up. Compares the results with
# the limits of docs/benchmarks.md; the exit code is 1 when one is exceeded. Usage: tools/measure.sh [SECONDS] [--json FILE]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
find_dotnet
require_packages curl jq ffmpeg mosquitto mosquitto-clients
. tools/device.sh
seconds=${1:-30}
file=
[ "${2:-}" != --json ] || file=$3
missed=0

# check NAME VALUE LIMIT UNIT: prints one line and records whether the limit is kept.
check() {
  local verdict=kept
  jq -en --argjson value "$2" --argjson limit "$3" '$value < $limit' >/dev/null || { verdict=MISSED; missed=1; }
  printf '%-46s %9s %s (under %s: %s)\n' "$1" "$2" "$4" "$3" "$verdict"
}

# Motion JPEG of 640x480 like that of a camera: the demo's pictures, and a face that appears and leaves every four pictures.
vga=$FOLDER/vga blink=$FOLDER/blink
rm -rf "$vga" "$blink"
mkdir -p "$vga" "$blink"
ffmpeg -v error -i samples/demo/frame-%03d.jpg -vf scale=640:480 -q:v 4 "$vga/%03d.jpg"
ffmpeg -v error -i samples/pictures/astronaut.jpg -vf scale=640:480 -frames:v 1 -q:v 4 "$blink/face.jpg"
ffmpeg -v error -f lavfi -i testsrc=size=640x480 -frames:v 1 -q:v 4 "$blink/none.jpg"
mkdir "$blink/sequence"
for i in 0 1 2 3; do ln -s ../face.jpg "$blink/sequence/0$i.jpg"; ln -s ../none.jpg "$blink/sequence/1$i.jpg"; done

port=$((20000 + RANDOM % 20000))
printf 'listener %s 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n' "$port" >"$FOLDER/mosquitto.conf"
"$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$FOLDER/mosquitto.conf" &
BROKER=$!
sinks=(--mqtt 127.0.0.1 --set "Mqtt:Port=$port" --set Mqtt:TopicPrefix=measure --set Gpio:Simulated=true --set Gpio:Outputs:0:Pin=17)

# Every part, simulated, on lines and buses of its own.
parts=(--set StatusLight:Count=12 --set LightSensor:LampPin=24 --set Button:Pin=27 --set Pir:Pin=23 --set Buzzer:Pin=25)
for part in Oled Lcd StatusLight PanTilt LightSensor; do parts+=(--set "$part:Enabled=true"); done
for part in Oled Lcd StatusLight PanTilt LightSensor Button Pir Buzzer; do parts+=(--set "$part:Simulated=true"); done

# cost RATE ARGUMENT...: measures the device at this frame rate, with one thread.
cost() {
  local before after rate=$1
  shift
  # This runs in a subshell, which must stop its device and must not stop the broker.
  trap '[ -z "$DEVICE" ] || kill "$DEVICE"' EXIT
  start_device --camera "images:$vga?rate=$rate&loop=true" --threads 1 "${sinks[@]}" "$@"
  sleep 5
  before=$(curl -s "$ADDRESS/api/state")
  sleep "$seconds"
  after=$(curl -s "$ADDRESS/api/state")
  stop_device
  jq -cn --argjson a "$before" --argjson b "$after" --argjson started "$STARTED_MS" --argjson inferred "$INFERRED_MS" '
    ($b.engine.inferences - $a.engine.inferences) as $frames | ($b.uptimeSeconds - $a.uptimeSeconds) as $time |
    { fps: ($frames / $time * 10 | round / 10), ms: $b.engine.inferenceMs, core: (($b.process.cpuSeconds - $a.process.cpuSeconds) / $time * 1000 | round / 10),
      resident: ($b.process.residentBytes / 100000 | round / 10), allocated: (($b.process.allocatedBytes - $a.process.allocatedBytes) / $frames | round), started: $started, inferred: $inferred }'
}

report() { jq -r --arg rate "$1" '"At \($rate) frames/s of 640x480 Motion JPEG: \(.fps) inferences/s of \(.ms) ms, \(.core) % of a core, \(.resident) MB resident, \(.allocated) bytes allocated per frame."' <<<"$2"; }

five=$(cost 5)
report 5 "$five"
bench=$(cost 5 "${parts[@]}")
echo "The same with all parts, simulated: $(jq .core <<<"$bench") % of a core, $(jq .resident <<<"$bench") MB resident."
ten=$(cost 10)
report 10 "$ten"
started=$(jq -n --argjson a "$five" --argjson b "$ten" '[$a.started, $b.started] | min')
inferred=$(jq -n --argjson a "$five" --argjson b "$ten" '[$a.inferred, $b.inferred] | min')

# Latency: every new face, from the capture of its frame to the pin (measured by the device) and to another client of the broker (measured by that client).
mosquitto_sub -p "$port" -t measure/events -F '%U %p' >"$FOLDER/heard" &
LISTENER=$!
start_device --camera "images:$blink/sequence?rate=10&loop=true" --threads 1 "${sinks[@]}" \
  --set Presence:HistoryLength=1 --set Presence:OffDelay=00:00:00 --set Presence:Tracker:MaxMiss=00:00:00
sleep $((seconds * 2))
pin=$(state '.gpio | "\(.frameToPinMsP50) \(.frameToPinMsP99) \(.changes)"')
stop_device
end_all
mqtt=$(jq -Rrs '
  [split("\n")[] | select(length > 0) | capture("^(?<at>[0-9.]+) (?<event>.*)$") | (.event | fromjson) as $e | select($e.type == "new") |
   ((.at | tonumber) - ($e.time[0:19] + "Z" | fromdateiso8601) - (($e.time[19:-1] | if . == "" then "0" else "0" + . end) | tonumber)) * 1000] | sort |
  "\(.[length / 2 | floor] * 10 | round / 10) \(.[length * 0.99 | floor] * 10 | round / 10) \(length)"' "$FOLDER/heard")
read -r pin50 pin99 pins <<<"$pin"
read -r mqtt50 mqtt99 events <<<"$mqtt"

echo
echo "Frame to pin: p50 $pin50 ms, p99 $pin99 ms, of $pins changes. Frame to an MQTT client: p50 $mqtt50 ms, p99 $mqtt99 ms, of $events events."
echo "From the start of the process until it listens: $started ms; until the first inference: $inferred ms (the faster of two)."
check "processor at 10 frames/s" "$(jq .core <<<"$ten")" 40 "% of a core"
check "processor of all simulated parts" "$(jq -n --argjson a "$five" --argjson b "$bench" '($b.core - $a.core) * 10 | round / 10')" 2 "% of a core"
check "resident memory at 10 frames/s" "$(jq .resident <<<"$ten")" 150 MB
check "frame to pin, p99" "$pin99" 60 ms
check "start-up, first inference included" "$inferred" 1500 ms
[ -z "$file" ] || jq -n --argjson five "$five" --argjson bench "$bench" --argjson ten "$ten" --argjson pin50 "$pin50" --argjson pin99 "$pin99" --argjson mqtt50 "$mqtt50" \
  --argjson started "$started" --argjson inferred "$inferred" '{coreAt5: $five.core, coreOfParts: ($bench.core - $five.core), coreAt10: $ten.core, residentMegabytes: $ten.resident,
    pinMs50: $pin50, pinMs99: $pin99, mqttMs50: $mqtt50, listeningMs: $started, inferredMs: $inferred}' >"$file"
exit "$missed"
