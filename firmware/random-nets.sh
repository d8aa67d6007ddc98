#!/usr/bin/env bash
# Random packages through the C engine: the C# tests make them and record the results of the reference interpreter; every layer and
# detection must be the same in portable C, with sanitizers, in the DSP kernels (Cortex-M4 in QEMU), and with Helium (Cortex-M55).
#
#   random-nets.sh [COUNT [FIRST]]     seeds FIRST (1) to FIRST + COUNT - 1 (300)
#
# Add a seed that fails to ../tests/vectors/random/seeds.txt, whose packages are part of test.sh.
set -euo pipefail
cd "$(dirname "$0")"
source ./common.sh
count=${1:-300}
first=${2:-1}
need_tools
mkdir -p "$BUILD"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

dotnet build ../tests/RNNPool.Edge.Models.Tests -c Release -v quiet
RNNPOOL_RANDOM_FOLDER=$folder RNNPOOL_RANDOM_SEEDS=$first-$((first + count - 1)) \
  ../tests/RNNPool.Edge.Models.Tests/bin/Release/net10.0/RNNPool.Edge.Models.Tests \
  -method '*The_packages_of_the_given_seeds_are_written' >"$folder/log" ||
  { tail -20 "$folder/log"; exit 1; }

configure host && build host
configure sanitize -DRNNP_SANITIZE=ON && build sanitize
for board in mps2-an386 mps3-an547; do
  configure_board $board $board "$MODELS/face-qvga/model.rnnp" && build $board
done

# Prints the seed and the first difference of a package that fails.
run_one() { # build package
  local program=$BUILD/$1/tests/test_packages arguments="1000 $2 ${2%.rnnp}.run" output
  if [[ $1 == mps* ]]; then
    output=$(qemu-system-arm -M "$1" -display none -monitor none -serial none \
      -semihosting-config "enable=on,target=native,arg=test_packages,arg=$arguments" -kernel "$program" 2>&1 </dev/null) && return
  else
    # shellcheck disable=SC2086 # words
    output=$("$program" $arguments 2>&1) && return
  fi
  echo "seed $(basename "$2" .rnnp) on $1: $(head -1 <<<"$output")"
}
export -f run_one
export BUILD

failed=0
for target in host sanitize mps2-an386 mps3-an547; do
  found=$(printf '%s\n' "$folder"/*.rnnp | sort -V | xargs -P 2 -I '{}' bash -c "run_one $target {}" || true)
  [ -z "$found" ] || echo "$found"
  differ=$(grep -c '^seed' <<<"$found" || true)
  echo "$target: $((count - differ)) of $count packages agree with the reference interpreter"
  failed=$((failed + differ))
done
[ "$failed" -eq 0 ]
