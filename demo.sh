#!/usr/bin/env bash
# Builds the device when needed and plays its demo: ./demo.sh, or ./demo.sh --once to play the sequence once.
# With --mcu the frames go over a serial line to the coprocessor's firmware, which runs as a process here; with --mcu=qemu it is
# the Cortex-M4 image in QEMU. Either way each result is compared with that of the host's quantized interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. tools/setup.sh

board='' arguments=()
for argument in "$@"; do
  case $argument in
    --mcu) board=host ;;
    --mcu=qemu) board=stm32f405 ;;
    --mcu=*) fail "$argument is neither --mcu nor --mcu=qemu." ;;
    *) arguments+=("$argument") ;;
  esac
done

find_dotnet
require_packages ca-certificates

build() {
  echo "Building (the first time takes a minute or two; the log is artifacts/build.log)."
  "$DOTNET" build src/RNNPool.Edge -c Release -maxcpucount:2 -v quiet >artifacts/build.log 2>&1 && return
  grep -E 'error|warn' artifacts/build.log | sort -u | head -n 10 >&2
  fail "The build failed; artifacts/build.log has all of it." "Without a network the packages of the first build cannot be fetched."
}

build_when_changed demo "src models samples" build
program=("$DOTNET" src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge.dll)
[ -n "$board" ] || exec "${program[@]}" demo "${arguments[@]}"

. tools/mcu.sh
build_firmware "$board"
start_firmware "$board"
if [ "$board" = host ]; then
  echo "The coprocessor's firmware runs as process $MCU_PROCESS behind ${MCU_ENDPOINT%\?*}."
else
  echo "The Cortex-M4 image runs in QEMU (process $MCU_PROCESS) behind ${MCU_ENDPOINT%\?*}."
  echo "QEMU's serial port takes in only 3 to 26 kB per second, so one frame takes 1.5 to 10 s: ten pictures are shown, one every 5 s; --once takes about a minute."
  arguments=(--fps 0.2 "${arguments[@]}")
fi
# Not exec: the firmware ends with the demo. Ctrl-C goes to both; the demo's exit code is this script's.
trap : INT
code=0
"${program[@]}" demo --coprocessor "$MCU_ENDPOINT" "${arguments[@]}" || code=$?
exit "$code"
