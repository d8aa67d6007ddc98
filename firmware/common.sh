# Shared by test.sh and bench.sh: tools, builds, QEMU. Sourced with the firmware folder as the working directory.

BUILD=${RNNP_BUILD:-build}
VECTORS=$(cd ../tests/vectors && pwd)
MODELS=$(cd ../models && pwd)
# Boards of one processor share their objects. A miss compiles once: the compiler's list of headers takes the place of a preprocessed file.
export CCACHE_DEPEND=1
export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_ASM_COMPILER_LAUNCHER=ccache

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
  need ccache ccache cmake cmake ninja ninja-build gcc gcc g++ g++ arm-none-eabi-gcc gcc-arm-none-eabi qemu-system-arm qemu-system-arm \
    cppcheck cppcheck clang-format clang-format python3 python3
  if [ ! -e "$(arm-none-eabi-gcc -print-file-name=nano.specs)" ]; then
    need rnnp-newlib-is-missing libnewlib-arm-none-eabi
  fi
}

configure() { # folder options...
  local folder=$BUILD/$1
  shift
  cmake -S . -B "$folder" -G Ninja "$@" >"$folder.log" 2>&1 || { cat "$folder.log"; return 1; }
}

build() { # folder [target...]
  local folder=$BUILD/$1
  shift
  cmake --build "$folder" -j2 ${1:+--target "$@"} >>"$folder.log" 2>&1 || { tail -40 "$folder.log"; return 1; }
}

configure_board() { # folder board model options...
  configure "$1" -DCMAKE_TOOLCHAIN_FILE=cmake/arm-none-eabi.cmake -DRNNP_BOARD="$2" -DRNNP_MODEL="$3" "${@:4}"
}

# The QEMU options of a built board: its machine, and its serial port at a socket, or none.
qemu_options() { # folder [socket]
  local QEMU_MACHINE QEMU_ICOUNT QEMU_SERIAL i
  source "$BUILD/$1/board.env"
  QEMU=(-M "$QEMU_MACHINE" -display none -monitor none)
  ICOUNT=$QEMU_ICOUNT
  if [ $# -lt 2 ]; then
    QEMU+=(-serial none)
    return
  fi
  for ((i = 0; i < QEMU_SERIAL; i++)); do QEMU+=(-serial null); done
  QEMU+=(-serial "unix:$2,server=on,wait=off")
}

# One frame over the serial port of a board in QEMU or of the host's process; prints the peer's JSON line. More arguments go to the peer.
serial_frame() { # folder model picture...
  local folder=$1 model=$2
  local place socket name
  shift 2
  place=$(mktemp -d /tmp/rnnp-serial-XXXXXX)
  socket=$place/line
  name=$(basename "$(dirname "$model")")
  if [ "$folder" = host ]; then
    "$BUILD/$folder/boards/rnnp-firmware" ${HOST_FIRMWARE_OPTIONS:---model "$model"} --unix "$socket" &
  else
    qemu_options "$folder" "$socket"
    qemu-system-arm "${QEMU[@]}" -kernel "$BUILD/$folder/boards/rnnp-firmware" </dev/null &
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
