# The coprocessor of demo.sh and of tests without hardware: builds the firmware and runs it as a process or in QEMU.
# Source it from the repository's root, after tools/setup.sh.

MCU_MODEL=$PWD/models/face-qvga/model.rnnp

# build_firmware BOARD [MODEL]: builds it with CMake below artifacts/, with face-qvga unless another model is named, and sets MCU_FIRMWARE to the program.
build_firmware() {
  local board=$1 model=${2:-face-qvga} folder options=() jobs
  folder=artifacts/firmware-$board-$model
  if [ "$board" = host ]; then
    require_packages ccache cmake make gcc libc6-dev
  else
    require_packages ccache cmake make gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
    options=(-DCMAKE_TOOLCHAIN_FILE="$PWD/firmware/cmake/arm-none-eabi.cmake" -DRNNP_MODEL="$PWD/models/$model/model.rnnp")
  fi
  jobs=$(nproc)
  MCU_FIRMWARE=$folder/boards/rnnp-firmware
  echo "Building the firmware for $board (the log is $folder.log)."
  { export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_ASM_COMPILER_LAUNCHER=ccache && cmake -S firmware -B "$folder" -DRNNP_BOARD="$board" "${options[@]}" && cmake --build "$folder" --target rnnp-firmware -j "$jobs"; } >"$folder.log" 2>&1 && return
  grep -iE 'error|warning' "$folder.log" | sort -u | head -n 10 >&2
  fail "The firmware could not be built; $folder.log has all of it."
}

# start_firmware BOARD: runs the firmware behind a pseudo-terminal until stop_firmware; sets MCU_ENDPOINT.
start_firmware() {
  local board=$1 line='' i
  MCU_FOLDER=$(mktemp -d)
  trap stop_firmware EXIT
  : >"$MCU_FOLDER/log"
  if [ "$board" = host ]; then
    "$MCU_FIRMWARE" --model "$MCU_MODEL" --store "$MCU_FOLDER/slots" --pty "$MCU_FOLDER/tty" >"$MCU_FOLDER/log" 2>&1 </dev/null &
  else
    local QEMU_MACHINE QEMU_SERIAL serial=()
    # shellcheck disable=SC1090 # written by CMake
    . "$(dirname "$(dirname "$MCU_FIRMWARE")")/board.env"
    for ((i = 0; i < QEMU_SERIAL; i++)); do serial+=(-serial null); done
    qemu-system-arm -M "$QEMU_MACHINE" -display none -monitor none "${serial[@]}" -serial pty -kernel "$MCU_FIRMWARE" >"$MCU_FOLDER/log" 2>&1 </dev/null &
  fi
  MCU_PROCESS=$!
  for ((i = 0; i < 100; i++)); do
    if [ "$board" = host ]; then
      [ ! -e "$MCU_FOLDER/tty" ] || line=$MCU_FOLDER/tty
    else
      line=$(sed -n 's/^char device redirected to \([^ ]*\).*/\1/p' "$MCU_FOLDER/log")
    fi
    [ -z "$line" ] || break
    kill -0 "$MCU_PROCESS" 2>/dev/null || break
    sleep 0.1
  done
  [ -n "$line" ] || fail "The firmware did not start: $(tail -n 1 "$MCU_FOLDER/log")"
  MCU_ENDPOINT="serial://$line?baud=921600"
}

stop_firmware() {
  if [ -n "${MCU_PROCESS:-}" ]; then
    kill "$MCU_PROCESS" 2>/dev/null || true
    wait "$MCU_PROCESS" 2>/dev/null || true
    MCU_PROCESS=''
  fi
  [ -z "${MCU_FOLDER:-}" ] || rm -rf "$MCU_FOLDER"
  MCU_FOLDER=''
}
