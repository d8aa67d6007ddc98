#!/usr/bin/env bash
# Fuzzes with coverage guidance: fuzz/run.sh [--seconds N] [TARGET...]
# N is the time of each target (60 by default); without a target, all run one after the other. With --no-build the C# program is that of
# the last build of the solution. What a target has found is in artifacts/fuzz:
# inputs that reach new code in corpus/TARGET, inputs that break a property in findings/TARGET. Ends with 'N passed, N failed'.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
. tools/test-functions.sh

FUZZ=$PWD/artifacts/fuzz
seconds=60 build=true targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?}; shift ;;
    --no-build) build=false ;;
    --list) list=true ;;
    -*) fail "Unknown option $1." "fuzz/run.sh [--seconds N] [--no-build] [--list] [TARGET...]" ;;
    *) targets+=("$1") ;;
  esac
  shift
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "--seconds must be a whole number over 0, not '$seconds'."

FIRMWARE=(firmware-link firmware-model firmware-row-code)
MANAGED=(package arch weights archive link jpeg yuv annotations configuration http mqtt)
[ ${#targets[@]} -gt 0 ] || targets=("${FIRMWARE[@]}" "${MANAGED[@]}")
if [ -n "${list:-}" ]; then printf '%s\n' "${targets[@]}"; exit; fi
for target in "${targets[@]}"; do
  [[ " ${FIRMWARE[*]} ${MANAGED[*]} " == *" $target "* ]] || fail "There is no target '$target'." "The targets are ${FIRMWARE[*]} ${MANAGED[*]}."
done

require_packages clang libclang-rt-dev cmake ninja-build
find_dotnet
mkdir -p "$FUZZ"

build_firmware() {
  cmake -S firmware -B "$FUZZ/firmware" -G Ninja -DCMAKE_C_COMPILER=clang -DRNNP_LIBFUZZER=ON &&
    cmake --build "$FUZZ/firmware" --target fuzz_link fuzz_model fuzz_row_code
}

# The assemblies of the product get counters in a copy of the built program.
build_managed() {
  local built=fuzz/RNNPool.Edge.Fuzz/bin/Release/net10.0 bin=$FUZZ/bin
  ! "$build" || "$DOTNET" build fuzz/RNNPool.Edge.Fuzz -c Release -v quiet || return 1
  rm -rf "$bin"
  mkdir -p "$bin/runtimes"
  find "$built" -maxdepth 1 -type f ! -name '*.pdb' ! -name '*.xml' -exec cp -t "$bin" {} +
  cp -r "$built"/runtimes/linux* "$bin/runtimes/"
  cp -r "$built"/wwwroot "$built"/models "$bin/"
  clang -O1 -g -Wall -Wextra -Werror -shared -fPIC -o "$bin/libfuzz_driver.so" fuzz/driver.c \
    -Wl,--whole-archive "$(clang -print-file-name="libclang_rt.fuzzer_no_main-$(uname -m).a")" -Wl,--no-whole-archive -lstdc++ -lm -lpthread &&
    "$DOTNET" "$bin/RNNPool.Edge.Fuzz.dll" instrument "$bin"
}

# Longest inputs: those of the formats are no longer, or nothing new comes behind.
longest() {
  case $1 in
    firmware-link) echo 400 ;;
    firmware-row-code) echo 700 ;;
    firmware-model | package) echo 20000 ;;
    *) echo 4000 ;;
  esac
}

fuzz() { # target
  local target=$1 corpus=$FUZZ/corpus/$1 findings=$FUZZ/findings/$1 folders program
  mkdir -p "$corpus" "$findings"
  folders=("$corpus")
  [ ! -d "fuzz/corpus/$target" ] || folders+=("fuzz/corpus/$target")
  # The packages that C and C# share are the first packages here.
  case $target in package | firmware-model) folders+=(tests/vectors/packages tests/vectors/random) ;; esac
  if [[ $target == firmware-* ]]; then
    program=("$FUZZ/firmware/fuzz/fuzz_$(tr - _ <<<"${target#firmware-}")")
  else
    program=("$DOTNET" "$FUZZ/bin/RNNPool.Edge.Fuzz.dll" run "$target")
  fi
  FUZZ_FINDINGS=$findings nice -n 10 "${program[@]}" -max_total_time="$seconds" -max_len="$(longest "$target")" -len_control=0 -timeout=20 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$findings/" "${folders[@]}" >"$FUZZ/$target.log" 2>&1
}

# A target that ran no input has not tested anything.
run_target() {
  fuzz "$1" || { grep -avE '^#|^"|NEW|REDUCE|pulse' "$FUZZ/$1.log" | tr -d '\0' | tail -n 40; echo "see artifacts/fuzz/$1.log and artifacts/fuzz/findings/$1"; return 1; }
  grep -aE 'stat::number_of_executed_units: +[1-9]' "$FUZZ/$1.log"
}

log=$FUZZ/build.log
case " ${targets[*]}" in *" firmware-"*) build_firmware >"$log" 2>&1 || { tail -n 30 "$log"; fail "The firmware's targets could not be built."; } ;; esac
if printf '%s\n' "${targets[@]}" | grep -qv '^firmware-'; then
  build_managed >>"$log" 2>&1 || { tail -n 30 "$log"; fail "The targets in C# could not be built."; }
fi
for target in "${targets[@]}"; do
  check "$target" run_target "$target"
  echo "  $(sed -n 's/^stat::number_of_executed_units: *//p' "$FUZZ/$target.log") inputs in $seconds s"
done
summary
