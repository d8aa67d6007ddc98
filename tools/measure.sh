#!/usr/bin/env bash
# Measures the whole device on this machine: start-up, frames per second, memory and allocations. Usage: tools/measure.sh [SECONDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
find_dotnet
require_packages curl jq
program=src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge
[ -x "$program" ] || fail "The program is not built." "Run ./demo.sh --once first."
seconds=${1:-20}
log=artifacts/measure.log

# A device that is left behind, however this ends, would take both cores for ever.
device=''
trap '[ -z "$device" ] || kill "$device" 2>/dev/null' EXIT

# measure NAME THREADS SOURCE
measure() {
  local begin address before after
  begin=$(date +%s%N)
  : >"$log"
  "$program" run --camera "$3" --port 0 --threads "$2" --set Events:Log=false >"$log" 2>&1 &
  device=$!
  until address=$(grep -o 'http://[^/]*' "$log" | head -n 1) && [ -n "$address" ]; do
    kill -0 "$device" 2>/dev/null || fail "The device did not start; see $log."
    sleep 0.01
  done
  until before=$(curl -s "$address/api/state") && [ "$(jq .engine.inferences <<<"$before")" -gt 0 ]; do sleep 0.01; done
  local started=$((($(date +%s%N) - begin) / 1000000)) effort
  effort=$(jq '.process.cpuSeconds * 1000 | round' <<<"$before")
  sleep 5
  before=$(curl -s "$address/api/state")
  sleep "$seconds"
  after=$(curl -s "$address/api/state")
  kill "$device"
  wait "$device" || true
  device=''
  jq -rn --arg name "$1" --argjson a "$before" --argjson b "$after" --argjson started "$started" --argjson effort "$effort" '
    ($b.engine.inferences - $a.engine.inferences) as $frames | ($b.uptimeSeconds - $a.uptimeSeconds) as $time |
    "\($name): \($frames / $time * 10 | round / 10) frames/s, inference \($b.engine.inferenceMs) ms, " +
    "\(($b.process.cpuSeconds - $a.process.cpuSeconds) / $time * 1000 | round / 10) % of a core, \($b.process.residentBytes / 1048576 | round) MiB resident, " +
    "\(($b.process.allocatedBytes - $a.process.allocatedBytes) / $frames | round) bytes allocated per frame, first inference after \($started) ms (\($effort) ms of processor time)"'
}

measure "images, as fast as they are read, 1 thread" 1 "images:samples/demo?rate=0&loop=true"
measure "images, as fast as they are read, 2 threads" 2 "images:samples/demo?rate=0&loop=true"
measure "images, 10 per second, 1 thread" 1 "images:samples/demo?rate=10&loop=true"
measure "synthetic VGA, 10 per second, 1 thread" 1 "synthetic:?rate=10&shapes=0"
