#!/usr/bin/env bash
# Builds the firmware for every board and tests it on the host (plain and with sanitizers) and in QEMU.
set -euo pipefail
cd "$(dirname "$0")"
source ./common.sh
need_tools
mkdir -p "$BUILD"
model=$MODELS/face-qvga/model.rnnp
passed=0
cpu=0
failed=()
CORES=(mps2-an500 mps2-an505 mps3-an547)
TESTED=(stm32f405 mps2-an386 "${CORES[@]}")
BUILT=(netduinoplus2 feather-stm32f405 nucleo-f446re nucleo-h743zi pico2)

step() { # title command...
  local title=$1 start=$SECONDS status=0 tests spent
  local TIMEFORMAT='%U %S'
  shift
  { time "$@" >"$BUILD/step.log" 2>&1 || status=$?; } 2>"$BUILD/step.cpu"
  spent=$(awk '{ printf "%.0f", $1 + $2 }' "$BUILD/step.cpu")
  cpu=$((cpu + spent))
  if [ "$status" -eq 0 ]; then
    # a step that runs tests counts as so many
    tests=$(sed -n 's/.*tests passed, 0 tests failed out of \([0-9]*\).*/\1/p' "$BUILD/step.log" | awk '{ sum += $1 } END { print sum }')
    passed=$((passed + ${tests:-1}))
  else
    failed+=("$title")
  fi
  printf '%-7s %-50s %3d s, %3d s of CPU\n' "$([ "$status" -eq 0 ] && echo ok || echo FAILED)" "$title" $((SECONDS - start)) "$spent"
  [ "$status" -eq 0 ] || tail -60 "$BUILD/step.log"
}

run_ctest() { ctest --test-dir "$BUILD/$1" --output-on-failure -j2; }

build_all() {
  local board
  configure host && build host && configure sanitize -DRNNP_SANITIZE=ON && build sanitize || return 1
  for board in "${TESTED[@]}"; do configure_board "$board" "$board" "$model" && build "$board" || return 1; done
  for board in "${BUILT[@]}"; do configure_board "$board" "$board" "$model" && build "$board" rnnp-firmware || return 1; done
}

# The instructions of other cores; frames of the classifiers and the link's code would show nothing new.
run_cores() {
  local board
  for board in stm32f405 "${CORES[@]}"; do
    ctest --test-dir "$BUILD/$board" --output-on-failure -j2 -E 'frames_person|link/' || return 1
  done
}

# A copy of the template, outside of the project: a new board is one folder.
build_template() {
  rm -rf "$BUILD/my-board"
  cp -r boards/template "$BUILD/my-board"
  sed -i 's/"template"/"my-board"/' "$BUILD/my-board/board.c"
  configure_board template "$(realpath "$BUILD/my-board")" "$model" && build template rnnp-firmware &&
    grep -q my-board "$BUILD/template/boards/rnnp-firmware"
}

# QEMU ignores writes to flash: there an upload has to be refused (status 9), and the linked-in model runs on.
flash_slots() {
  local output slots=(-DCMAKE_TOOLCHAIN_FILE=cmake/arm-none-eabi.cmake -DRNNP_FLASH_SLOTS=ON)
  configure stm32f405-slots "${slots[@]}" -DRNNP_BOARD=stm32f405 -DRNNP_MODEL="$model" && build stm32f405-slots rnnp-firmware &&
    configure nucleo-f446re-slots "${slots[@]}" -DRNNP_BOARD=nucleo-f446re && build nucleo-f446re-slots rnnp-firmware || return 1
  serial_frame stm32f405-slots "$model" 4 || return 1
  output=$(serial_frame stm32f405-slots "$model" 4 --upload 0 2>&1) && return 1
  grep "status 9" <<<"$output"
}

upload_to_host() {
  local store=$BUILD/slots.bin
  rm -f "$store"
  export HOST_FIRMWARE_OPTIONS="--store $store"
  serial_frame host "$model" 4 --upload 0 && serial_frame host "$model" 3
  local status=$?
  unset HOST_FIRMWARE_OPTIONS
  return $status
}

analyse() {
  cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr --suppress=missingIncludeSystem \
    --suppress=comparePointers:boards/cortex-m/startup.c \
    -j2 --cppcheck-build-dir="$BUILD/cppcheck" \
    -Iinclude -Iboards -Iboards/cortex-m -Iboards/stm32f405 -Iboards/stm32f4 -Isrc/app -Isrc/model src boards bench fuzz tests
}

formatted() { git ls-files '*.[ch]' | xargs clang-format --dry-run --Werror; }

# The engine's objects contain neither instructions of the floating-point unit nor calls of its emulation.
no_float() {
  local dump instructions='\sv(mov|ldr|str|add|sub|mul|div|cvt|cmp|mla|fma|push|pop|ldm|stm)[a-z0-9.]*\s'
  local calls='__aeabi_[df](add|sub|mul|div|2|cmp)|__aeabi_(i|ui|l|ul)2[df]'
  dump=$(arm-none-eabi-objdump -dr "$BUILD/stm32f405/librnnp.a")
  [ -n "$dump" ] && ! grep -E "$instructions|$calls" <<<"$dump"
}

# What was last measured, rounded up: instructions and memory must not grow unnoticed.
within_bars() { # model instructions arena RAM flash
  ./bench.sh --json --board stm32f405 --model "$1" --frames 5 >"$BUILD/bench.json" || return 1
  python3 - "$BUILD/bench.json" "$@" <<'PY'
import json, sys
results = json.load(open(sys.argv[1]))
instructions, arena, ram, flash = map(int, sys.argv[3:7])
assert results, f"{sys.argv[2]} was not measured"
for r in results:
    print(r)
    assert r["instructions"] <= instructions and r["flashBytes"] <= flash, "over the bar"
    assert r["ram"]["arena"] <= arena and r["ramBytes"] <= ram, "over the bar"
    assert r["unheardInstructions"] <= 1_000_000, "RESET and REBOOT are heard too late"
    assert r["openInstructions"] <= 8_000_000, "the port opens too late"
    assert r["worstInstructions"] <= 1.26 * instructions and max(r["linkInstructions"].values()) <= 1.07 * instructions, "over the bar"
PY
}

mkdir -p "$BUILD/cppcheck"
step "build for the host and all boards" build_all
step "build for a copy of the template board" build_template
step "tests on the host" run_ctest host
step "tests on the host with sanitizers" run_ctest sanitize
step "tests on mps2-an386 in QEMU" run_ctest mps2-an386
step "tests on stm32f405, Cortex-M7, M33 and M55 in QEMU" run_cores
step "a frame through the host's process" serial_frame host "$model" 4
step "a frame of a classifier through the host's process" serial_frame host "$MODELS/person-vww/model.rnnp" 4
step "an upload to the host's process, kept over a restart" upload_to_host
step "a frame over the serial port of netduinoplus2" serial_frame netduinoplus2 "$model" 4
step "an upload to mps2-an386 over its serial port" serial_frame mps2-an386 "$VECTORS/packages/detector.rnnp" 0 --upload 1
step "model slots in internal flash, as far as QEMU goes" flash_slots
step "no floating point in the engine" no_float
step "cppcheck" analyse
step "clang-format" formatted
step "face-qvga within its bars on stm32f405" within_bars face-qvga 84000000 59016 65136 183296
step "person-vww within its bars on stm32f405" within_bars person-vww 46350000 33896 40016 543232
step "person-vww-96 within its bars on stm32f405" within_bars person-vww-96 10800000 14792 20912 272640

echo "$passed passed, ${#failed[@]} failed, $cpu s of CPU"
[ ${#failed[@]} -eq 0 ]
