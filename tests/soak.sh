#!/usr/bin/env bash
# A short run of tools/soak.sh, which keeps the long run working. Ends with 'N passed, N failed'.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/test-functions.sh
mkdir -p artifacts
log=artifacts/soak-test.log csv=artifacts/soak-test.csv

counts_frames() { [ "$(tail -n 1 "$csv" | cut -d, -f2)" -ge 400 ] && [ "$(sed -n 2p "$csv" | cut -d, -f2)" -lt "$(tail -n 1 "$csv" | cut -d, -f2)" ]; }
has_figures() { ! tail -n +2 "$csv" | grep -Ev '^[0-9]+(,[0-9]+){6},[0-9]+$'; }

check "memory, descriptors and allocations do not grow" bash -c "tools/soak.sh 400 $csv >$log 2>&1"
cat "$log"
check "it counts the frames" counts_frames
check "every line of the table has all of its figures" has_figures
check "it reports its verdict" grep -q '^verdict: flat$' "$log"

summary
