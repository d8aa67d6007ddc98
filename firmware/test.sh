#!/usr/bin/env bash
# Builds the firmware for every board and tests it on the host (plain and with sanitizers) and in QEMU.
set -euo pipefail
cd "$(dirname "$0")"
source ./common.sh
need_tools
mkdir -p "$BUILD"
model=$MODELS/face-qvga/model.rnnp
small=$MODELS/person-vww-96/model.rnnp # its frames are an eighth of the bytes on emulated serial ports
detector=$VECTORS/packages/detector.rnnp
passed=0
cpu=0
failed=()
CORES=(mps2-an500 mps2-an505 mps3-an547)
TESTED=(mps2-an386 "${CORES[@]}")
BUILT=(feather-stm32f405 nucleo-f446re nucleo-h743zi pico2)
PLAIN=(rnnp-firmware test_kernels test_kernel_vectors test_model test_packages test_work test_pauses fuzz_model)

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

run_ctest() { # folder options...
  local folder=$BUILD/$1
  shift
  ctest --test-dir "$folder" --output-on-failure -j2 "$@"
}

build_host() {
  configure host && build host "${PLAIN[@]}" && configure sanitize -DRNNP_SANITIZE=ON && build sanitize
}

# The libraries of a board that only gets built are those of a tested one with the same CPU.
libraries_of() {
  case $1 in
    nucleo-h743zi) echo mps2-an500 ;;
    pico2) echo mps2-an505 ;;
    *) echo mps2-an386 ;;
  esac
}

build_for() { # folder board model options...
  configure_board "$@" -DRNNP_LIBRARIES="$(realpath "$BUILD/$(libraries_of "$1")")" && build "$1" rnnp-firmware
}

build_boards() {
  local board
  for board in "${TESTED[@]}"; do configure_board "$board" "$board" "$model" && build "$board" || return 1; done
  configure_board stm32f405 stm32f405 "$model" && build stm32f405 rnnp-firmware rnnp-firmware-faults test_packages || return 1
  configure_board thumb1 mps2-an386 "$model" -DRNNP_BOARD_CPU=cortex-m0plus && build thumb1 test_kernels test_kernel_vectors test_packages || return 1
  for board in "${BUILT[@]}"; do build_for "$board" "$board" "$model" || return 1; done
  build_for netduinoplus2 netduinoplus2 "$small"
}

# The optimised build runs all recorded frames; the link, the application and the drivers run with sanitizers, and the link also in QEMU.
run_plain() { run_ctest host -E '^(link|app|board)/'; }

# The instructions of other cores; frames of the classifiers would show nothing new. The STM32F405 has the core and the objects of mps2-an386,
# but its own drivers and little RAM.
run_cores() {
  local board
  for board in "${CORES[@]}"; do run_ctest "$board" -E frames_person || return 1; done
  run_ctest stm32f405 -R 'frames_face|faults'
}

# The kernels for cores with 16-bit instructions only, on a core that executes these, too.
run_thumb1() { run_ctest thumb1 -R 'kernel|packages'; }

# A copy of the template, outside of the project: a new board is one folder.
build_template() {
  rm -rf "$BUILD/my-board"
  cp -r boards/template "$BUILD/my-board"
  sed -i 's/"template"/"my-board"/' "$BUILD/my-board/board.c"
  build_for template "$(realpath "$BUILD/my-board")" "$model" &&
    grep -q my-board "$BUILD/template/boards/rnnp-firmware"
}

# The firmware with face-qvga fits beside the slots. QEMU ignores writes to flash: there an upload has to be refused (status 9), and the
# linked-in model, here a small one, runs on.
flash_slots() {
  local output linked
  for linked in "$model" "$detector"; do build_for stm32f405-slots stm32f405 "$linked" -DRNNP_FLASH_SLOTS=ON || return 1; done
  build_for nucleo-f446re-slots nucleo-f446re "" -DRNNP_FLASH_SLOTS=ON || return 1
  serial_frame stm32f405-slots "$detector" 0 || return 1
  output=$(serial_frame stm32f405-slots "$detector" 0 --upload 0 2>&1) && return 1
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
  dump=$(arm-none-eabi-objdump -dr "$BUILD"/stm32f405/src/{kernels/librnnp_kernels,model/librnnp_engine}.a)
  [ -n "$dump" ] && ! grep -E "$instructions|$calls" <<<"$dump"
}

# What was last measured, rounded up: instructions and memory must not grow unnoticed.
# Picture 4 shows the most faces.
within_bars() { # model instructions arena RAM flash
  ./bench.sh --json --board stm32f405 --model "$1" --first 4 --frames 1 >"$BUILD/bench.json" || return 1
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

# The same for the instructions of a core with kernels of its own.
within_instructions() { # instructions board [option of bench.sh]...
  ./bench.sh --json --model face-qvga --first 4 --frames 1 --board "${@:2}" >"$BUILD/bench.json" || return 1
  python3 - "$BUILD/bench.json" "$1" <<'PY'
import json, sys
(result,) = json.load(open(sys.argv[1]))
print(result)
assert result["instructions"] <= int(sys.argv[2]), "over the bar"
PY
}

mkdir -p "$BUILD/cppcheck"
dd if="$VECTORS/face-qvga/pictures.grey" of="$BUILD/picture.grey" bs=76800 skip=4 count=1 2>/dev/null
step "build for the host" build_host
step "build for all boards" build_boards
step "build for a copy of the template board" build_template
step "headers, examples and other build systems" tests/integrations/test.sh "$BUILD/integrations" "$BUILD/host" "$model" "$BUILD/picture.grey"
step "tests on the host" run_plain
step "tests on the host with sanitizers" run_ctest sanitize
step "tests on mps2-an386 in QEMU" run_ctest mps2-an386
step "tests on stm32f405, Cortex-M7, M33 and M55 in QEMU" run_cores
step "tests of code for the Cortex-M0+ in QEMU" run_thumb1
step "a frame through the host's process" serial_frame host "$model" 4
step "a frame of a classifier through the host's process" serial_frame host "$small" 4
step "an upload to the host's process, kept over a restart" upload_to_host
step "a frame over the serial port of netduinoplus2" serial_frame netduinoplus2 "$small" 1
step "an upload to mps2-an386 over its serial port" serial_frame mps2-an386 "$detector" 0 --upload 1
step "model slots in internal flash, as far as QEMU goes" flash_slots
step "no floating point in the engine" no_float
step "cppcheck" analyse
step "clang-format" formatted
# RAM has some bytes for interrupts: the mark of the stack depends on where in the computation the deepest of them arrives.
step "face-qvga within its bars on stm32f405" within_bars face-qvga 83650000 52864 58000 187040
step "person-vww within its bars on stm32f405" within_bars person-vww 46150000 30384 35524 547040
step "person-vww-96 within its bars on stm32f405" within_bars person-vww-96 10750000 13968 19052 276480
step "face-qvga within its bar with Helium on mps3-an547" within_instructions 27400000 mps3-an547
step "face-qvga within its bar on a Cortex-M0+" within_instructions 296100000 stm32f405 --cpu cortex-m0plus

echo "$cpu s of CPU"
echo "$passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
