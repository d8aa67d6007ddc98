#!/usr/bin/env bash
# Tests ./demo.sh like a user: one complete run, then a second start. Ends with 'N passed, N failed'.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/test-functions.sh
mkdir -p artifacts
log=artifacts/demo-test.log

starts_without_building() {
  local help
  help=$(timeout 600 ./demo.sh --help) && [ -n "$help" ] && ! grep -q '^Building' <<<"$help"
}

play() { timeout 600 ./demo.sh --once >"$log" 2>&1; }
check "it ends with exit code 0" play
cat "$log"
check "it saw a face" grep -q 'new face, 1 present' "$log"
check "it published the event" grep -q 'The broker delivered rnnpool-edge/demo/events: {"type":"new"' "$log"
check "it moved the pin" grep -q 'GPIO17 (simulated) on (high)' "$log"
check "it names the address of the page" grep -Eq 'http://127.0.0.1:[0-9]+' "$log"
check "the second start builds nothing" starts_without_building

summary
