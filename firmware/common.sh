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

# One frame over the emulated serial port of a board (or the host's process); prints the peer's JSON line.
serial_frame() { # folder board model picture
  local socket pid status=0 name
  socket=$(mktemp -u /tmp/rnnp-serial-XXXXXX)
  name=$(basename "$(dirname "$3")")
  if [ "$2" = host ]; then
    "$BUILD/$1/boards/rnnp-firmware" --model "$3" --unix "$socket" &
  else
    qemu-system-arm -M "$2" -display none -monitor none -serial "unix:$socket,server=on,wait=off" -kernel "$BUILD/$1/boards/rnnp-firmware" </dev/null &
  fi
  pid=$!
  python3 tests/link_peer.py "$socket" "$3" "$VECTORS/$name/model.run" "$VECTORS/$name/pictures.grey" "$4" || status=$?
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  rm -f "$socket"
  return $status
}
