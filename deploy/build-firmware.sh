#!/usr/bin/env bash
# build-firmware.sh FOLDER: builds the firmware image of each board, as ELF and where it is for silicon as raw and Intel HEX files, into FOLDER with
# their hashes in SHA256SUMS and their version in VERSION. The model is part of the image: the board has no flash set aside for uploads.
set -euo pipefail
folder=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
. tools/mcu.sh

build() {
  build_firmware "$1" "$2"
  cp "$MCU_FIRMWARE" "$folder/rnnp-firmware-$1-$2.elf"
}

rm -rf "$folder"
mkdir -p "$folder"
for model in face-qvga person-vww-96; do
  build stm32f405 "$model"
  elf=$folder/rnnp-firmware-stm32f405-$model.elf
  arm-none-eabi-objcopy -O binary "$elf" "${elf%.elf}.bin"
  arm-none-eabi-objcopy -O ihex "$elf" "${elf%.elf}.hex"
done
build mps2-an386 face-qvga
for elf in "$folder"/*.elf; do arm-none-eabi-strip --strip-debug "$elf"; done
sed -n 's/^#define RNNP_FIRMWARE_VERSION \([0-9]*\), \([0-9]*\), \([0-9]*\)$/\1.\2.\3/p' firmware/src/app/rnnp_firmware.c >"$folder/VERSION"
(cd "$folder" && sha256sum -- *.elf *.bin *.hex >SHA256SUMS)
