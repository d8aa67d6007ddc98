#!/usr/bin/env bash
# Builds everything with warnings as errors and runs every test; ends with 'N passed, N failed' and is green only when nothing failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. tools/setup.sh

find_dotnet
require_packages ca-certificates curl jq mosquitto cmake make gcc libc6-dev ffmpeg

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
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" | tail -n 1)
  if [ -z "$line" ]; then failed=$((failed + 1)); return; fi
  passed=$((passed + ${line%% passed*}))
  line=${line#*, }
  failed=$((failed + ${line%% failed}))
}

# failed_names NAME LOG: the tests that a suite names as failed, without the time that they took.
failed_names() {
  sed -nE "s/^(failed|FAILED|not ok) +(.*[^ ]) *$/\2/p" "$2" | sed -E "s/ +\(?([0-9]+ ?(ms|[hms]) ?)+\)?$//; s/^/$1: /"
}

# run NAME COUNTER COMMAND...: runs one suite, shows it and counts it.
run() {
  local name=$1 counter=$2 log="artifacts/test-$1.log" before=$failed code=0
  shift 2
  echo "== $name"
  "$@" 2>&1 | tee "$log" || code=$?
  "$counter" "$log"
  mapfile -t -O "${#names[@]}" names < <(failed_names "$name" "$log")
  # A runner that fails without a failed test (it crashed, or found no tests) is a failure all the same.
  if [ "$code" -ne 0 ] && [ "$failed" -eq "$before" ]; then
    failed=$((failed + 1))
    names+=("$name: ended with exit code $code")
  fi
}

build() {
  echo "Building (a few minutes the first time)."
  "$DOTNET" restore RNNPool.Edge.sln --locked-mode -v quiet && "$DOTNET" build RNNPool.Edge.sln -c Release --no-restore -maxcpucount:2 -v quiet -warnaserror
}

build_when_changed test "src tests models samples RNNPool.Edge.sln" build || fail "The build failed."

# Where this script runs in the background, SIGINT is ignored and its children would inherit that; the tests send Ctrl-C.
run dotnet count_dotnet env --default-signal=INT,QUIT "$DOTNET" test --solution RNNPool.Edge.sln -c Release --no-build
run checks count_line tools/checks.sh
run demo count_line tests/demo.sh
run page count_line tests/e2e/run.sh
run soak count_line tests/soak.sh
if [ -x firmware/test.sh ]; then run firmware count_line firmware/test.sh; fi
run uart count_line tools/test-qemu-uart.sh
run package count_line deploy/test.sh
# The virtual machine's image takes a while to make; tests/system/run.sh does, and tests everything.
if [ -f "$(tests/system/run.sh --image)/root.ext4" ]; then run system count_line tests/system/run.sh --short; fi

if [ "$failed" -gt 0 ]; then
  echo "== failed"
  printf '%s\n' "${names[@]:-a suite without a summary; its log is under artifacts/}"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
