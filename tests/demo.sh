#!/usr/bin/env bash
# Tests ./demo.sh as its user runs it: played once to the end, then started again. Ends with 'N passed, N failed'.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/test-functions.sh
mkdir -p artifacts
log=artifacts/demo-test.log

starts_without_building() {
  local told
  told=$(timeout 600 ./demo.sh --help) && [ -n "$told" ] && ! grep -q '^Building' <<<"$told"
}

play() { timeout 600 ./demo.sh --once >"$log" 2>&1; }
check "it ends by itself with exit code 0" play
cat "$log"
check "it saw a face" grep -q 'new face, 1 present' "$log"
check "it published the event" grep -q 'The broker passed on rnnpool-edge/demo/events: {"type":"new"' "$log"
check "it moved the pin" grep -q 'GPIO17 (simulated) on (high)' "$log"
check "it names the address of the state" grep -Eq 'http://127.0.0.1:[0-9]+/api/state' "$log"
check "the second start builds nothing" starts_without_building

summary
