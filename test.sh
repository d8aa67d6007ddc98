#!/usr/bin/env bash
# Builds everything with warnings as errors and runs every test; ends with 'N passed, N failed' and is green only when nothing failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. tools/setup.sh

find_dotnet
require_packages ca-certificates curl jq mosquitto cmake make gcc libc6-dev ffmpeg

# The tests start hundreds of short processes, which end before profiles of their code are of use.
export DOTNET_TieredPGO=0

passed=0 failed=0 names=()

# count LOG: adds up the last summary of a runner in its log; a log without one is a failure.
count_dotnet() {
  local succeeded broken
  succeeded=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' "$1" | tail -n 1)
  broken=$(sed -n 's/^ *failed: *\([0-9]*\).*/\1/p' "$1" | tail -n 1)
  passed=$((passed + ${succeeded:-0})) failed=$((failed + ${broken:-1}))
}

count_line() {
  local line
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" | tail -n 1 || true)
  if [ -z "$line" ]; then failed=$((failed + 1)); return; fi
  passed=$((passed + ${line%% passed*}))
  line=${line#*, }
  failed=$((failed + ${line%% failed}))
}

# failed_names NAME LOG: the tests that a suite names as failed, without the time that they took.
failed_names() {
  sed -nE "s/^(failed|FAILED|not ok) +(.*[^ ]) *$/\2/p" "$2" | sed -E "s/ +\(?([0-9]+ ?(ms|[hms]) ?)+\)?$//; s/^/$1: /"
}

# lane NAME=COMMAND...: starts suites that run one after the other, beside everything else. Each leaves its log and its exit code.
# NAME= waits for a suite of another lane.
# A process of the background ignores SIGINT, and its children would inherit that; the tests send Ctrl-C.
# The time that a suite took, in seconds: by the clock, and of processors.
TIMEFORMAT='%0R s, %0U + %0S s of processors'
lane() {
  local suite
  for suite in "$@"; do [ -z "${suite#*=}" ] || rm -f "artifacts/test-${suite%%=*}.code"; done
  for suite in "$@"; do
    local name=${suite%%=*} command code=0
    if [ -z "${suite#*=}" ]; then
      until [ -f "artifacts/test-$name.code" ]; do sleep 0.2; done
      continue
    fi
    read -ra command <<<"${suite#*=}"
    { time env --default-signal=INT,QUIT "${command[@]}" >"artifacts/test-$name.log" 2>&1 </dev/null || code=$?; } 2>"artifacts/test-$name.time"
    echo "$code" >"artifacts/test-$name.part"
    mv "artifacts/test-$name.part" "artifacts/test-$name.code"
  done &
}

# collect NAME COUNTER: waits for a suite of a lane, shows it and counts it.
collect() {
  local name=$1 counter=$2 log="artifacts/test-$1.log" before=$failed
  until [ -f "artifacts/test-$name.code" ] || [ -z "$(jobs -rp)" ]; do sleep 0.2; done
  [ -f "artifacts/test-$name.code" ] || echo 1 >"artifacts/test-$name.code"
  echo "== $name ($(cat "artifacts/test-$name.time" 2>/dev/null))"
  cat "$log"
  "$counter" "$log"
  mapfile -t -O "${#names[@]}" names < <(failed_names "$name" "$log")
  # A runner that fails without a failed test (it crashed, or found no tests) is a failure all the same.
  if [ "$(cat "artifacts/test-$name.code")" -ne 0 ] && [ "$failed" -eq "$before" ]; then
    failed=$((failed + 1))
    names+=("$name: ended with exit code $(cat "artifacts/test-$name.code")")
  fi
}

build() {
  echo "Building (a few minutes the first time)."
  "$DOTNET" restore RNNPool.Edge.sln --locked-mode -v quiet && "$DOTNET" build RNNPool.Edge.sln -c Release --no-restore -maxcpucount:2 -v quiet -warnaserror
}

# Two cores are kept busy: the suites wait for browsers, QEMU, processes and timers for much of their time. Those of the first lane need no build.
# Without a job left, kill fails, and its exit code would become that of this script.
trap 'jobs -p | xargs -r kill 2>/dev/null || true' EXIT
lane firmware=firmware/test.sh checks=tools/checks.sh
time build_when_changed test "src tests fuzz models samples RNNPool.Edge.sln" build || fail "The build failed."

# The command line and the page are tested on the program of the package, which is native code.
export RNNPOOL_EDGE_PROGRAM=$PWD/artifacts/deb/$(dpkg --print-architecture)/publish/rnnpool-edge
# The suites of the libraries, the demo and the fuzzers run while the package is compiled. Then the page's tests, which wait for a browser, share
# the processors with the device's, which wait for timers.
libraries=() commands=()
for name in Vision Models Link; do
  libraries+=("${name,,}")
  commands+=("${name,,}=$DOTNET test --project tests/RNNPool.Edge.$name.Tests -c Release --no-build")
done
lane package=deploy/test.sh page=tests/e2e/run.sh
commands+=(demo=tests/demo.sh fuzz=fuzz/smoke.sh uart=tools/test-qemu-uart.sh package=)
commands+=("device=$DOTNET test --project tests/RNNPool.Edge.Tests -c Release --no-build" soak=tests/soak.sh)
rest=(soak demo uart fuzz kill)
lane package= kill=tests/faults/kill.sh
# The virtual machine's image takes a while to make; tests/system/run.sh does, and tests everything.
if [ -f "$(tests/system/run.sh --image)/root.ext4" ]; then
  rest+=(system)
  commands+=("system=tests/system/run.sh --short")
fi
lane "${commands[@]}"
for suite in "${libraries[@]}" device; do collect "$suite" count_dotnet; done
for suite in checks firmware package page "${rest[@]}"; do collect "$suite" count_line; done

if [ "$failed" -gt 0 ]; then
  echo "== failed"
  printf '%s\n' "${names[@]:-a suite without a summary; its log is under artifacts/}"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
