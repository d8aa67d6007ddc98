# Shared by test.sh and bench.sh: tools, builds, QEMU. Sourced with the firmware folder as the working directory.

BUILD=${RNNP_BUILD:-build}
VECTORS=$(cd ../tests/vectors && pwd)
MODELS=$(cd ../models && pwd)

need() { # command package...
  local missing=()
  while [ $# -gt 0 ]; do
    command -v "$1" >/dev/null 2>&1 || missing+=("$2")
    shift 2
  done
  [ ${#missing[@]} -eq 0 ] && return
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo=sudo
  $sudo apt-get -o DPkg::Lock::Timeout=300 update -q
  DEBIAN_FRONTEND=noninteractive $sudo apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends "${missing[@]}"
}

need_tools() {
  need cmake cmake ninja ninja-build gcc gcc arm-none-eabi-gcc gcc-arm-none-eabi qemu-system-arm qemu-system-arm cppcheck cppcheck python3 python3
  if [ ! -e "$(arm-none-eabi-gcc -print-file-name=nano.specs)" ]; then
    need rnnp-newlib-is-missing libnewlib-arm-none-eabi
  fi
}

configure() { # folder options...
  local folder=$BUILD/$1
  shift
  cmake -S . -B "$folder" -G Ninja "$@" >"$folder.log" 2>&1 || { cat "$folder.log"; return 1; }
}

build() { # folder
  cmake --build "$BUILD/$1" -j2 >>"$BUILD/$1.log" 2>&1 || { tail -40 "$BUILD/$1.log"; return 1; }
}

configure_board() { # folder board model
  configure "$1" -DCMAKE_TOOLCHAIN_FILE=cmake/arm-none-eabi.cmake -DRNNP_BOARD="$2" -DRNNP_MODEL="$3"
}

# One frame over the emulated serial port of a board; prints the peer's JSON line. More arguments go to the peer.
serial_frame() { # folder board model picture...
  local folder=$1 board=$2 model=$3
  local place socket name
  shift 3
  place=$(mktemp -d /tmp/rnnp-serial-XXXXXX)
  socket=$place/line
  name=$(basename "$(dirname "$model")")
  if [ "$board" = host ]; then
    "$BUILD/$folder/boards/rnnp-firmware" ${HOST_FIRMWARE_OPTIONS:---model "$model"} --unix "$socket" &
  else
    qemu-system-arm -M "$board" -display none -monitor none -serial "unix:$socket,server=on,wait=off" -kernel "$BUILD/$folder/boards/rnnp-firmware" </dev/null &
  fi
  local pid=$! status=0
  local run=$VECTORS/$name/model.run
  [ "$name" = packages ] && run=${model%.rnnp}.run
  timeout 240 python3 tests/link_peer.py "$socket" "$model" "$run" "$VECTORS/$name/pictures.grey" "$@" || status=$?
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  rm -r "$place"
  return $status
}
