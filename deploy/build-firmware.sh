#!/usr/bin/env bash
# build-firmware.sh FOLDER: builds the firmware image of each board, as ELF and where it is for silicon as raw and Intel HEX files, into FOLDER with
# their hashes in SHA256SUMS. The model is part of the image: the board has no flash set aside for uploads.
set -euo pipefail
folder=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
require_packages cmake make gcc-arm-none-eabi libnewlib-arm-none-eabi

build() {
  local board=$1 model=$2 build=artifacts/firmware-images-build/$1-$2
  { cmake -S firmware -B "$build" -DRNNP_BOARD="$board" -DCMAKE_TOOLCHAIN_FILE="$PWD/firmware/cmake/arm-none-eabi.cmake" -DRNNP_MODEL="$PWD/models/$model/model.rnnp" \
    && cmake --build "$build" --target rnnp-firmware -j "$(nproc)"; } >"$build.log" 2>&1 || { tail -n 20 "$build.log" >&2; fail "The firmware for $board could not be built."; }
  cp "$build/boards/rnnp-firmware" "$folder/rnnp-firmware-$board-$model.elf"
}

rm -rf "$folder"
mkdir -p "$folder" artifacts/firmware-images-build
echo "Building the firmware images."
for model in face-qvga person-vww-96; do
  build stm32f405 "$model"
  elf=$folder/rnnp-firmware-stm32f405-$model.elf
  arm-none-eabi-objcopy -O binary "$elf" "${elf%.elf}.bin"
  arm-none-eabi-objcopy -O ihex "$elf" "${elf%.elf}.hex"
done
build mps2-an386 face-qvga
for elf in "$folder"/*.elf; do arm-none-eabi-strip --strip-debug "$elf"; done
(cd "$folder" && sha256sum -- *.elf *.bin *.hex >SHA256SUMS)
