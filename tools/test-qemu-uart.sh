#!/usr/bin/env bash
# Sends whole frames over the emulated serial port of the Cortex-M4 image in QEMU, with and without the row code. The detections must equal
# the reference interpreter's. A frame takes 1.5 to 10 s, and up to 20 s on busy processors. The last line is 'N passed, N failed'.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
. tools/mcu.sh

find_dotnet
program=src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge.dll
[ -f "$program" ] || "$DOTNET" build src/RNNPool.Edge -c Release -maxcpucount:2 -v quiet
build_firmware stm32f405
start_firmware stm32f405
passed=0 failed=0
for options in '' --raw; do
  begin=$SECONDS
  # shellcheck disable=SC2086 # no word or one
  if "$DOTNET" "$program" mcu detect --compare $options --endpoint "$MCU_ENDPOINT" samples/demo/frame-020.jpg; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED one frame${options:+ with $options}"
  fi
  echo "One frame${options:+ with $options}: $((SECONDS - begin)) s."
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
