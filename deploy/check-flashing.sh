#!/usr/bin/env bash
# check-flashing.sh [FOLDER]: holds docs/flashing.md against the firmware in FOLDER and the boards' linker scripts: each file that the guide names is there, each
# that is there is named, hashes are right, and images are written to where they were linked. Without a folder only the addresses.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
guide=docs/flashing.md
folder=${1:-}

origin=$(sed -n 's/.*FLASH.*ORIGIN = \(0x[0-9A-Fa-f]*\).*/\1/p' firmware/boards/stm32f405/memory.ld)
for address in $(grep -oE '0x[0-9A-Fa-f]{8}' "$guide" | sort -u); do
  [ "$address" = "$origin" ] || { echo "$guide writes to $address; the image is linked for $origin."; exit 1; }
done

[ -d "$folder" ] || exit 0
(cd "$folder" && sha256sum --strict --quiet -c SHA256SUMS)
# A row of the table names a file and the other endings that it has.
named=$(grep -oE '^\| `rnnp-firmware[^|]*' "$guide" | while IFS= read -r row; do
  first=$(grep -oE 'rnnp-firmware[^`]*' <<<"$row")
  echo "$first"
  grep -oE '`\.[a-z]+`' <<<"$row" | tr -d '`' | sed "s|^|${first%.*}|" || true
done | sort)
there=$(cd "$folder" && printf '%s\n' rnnp-firmware-* | sort)
[ "$named" = "$there" ] || { echo "$guide and the firmware differ:"; diff <(echo "$named") <(echo "$there"); exit 1; }
for file in $(grep -oE 'rnnp-firmware[A-Za-z0-9.-]*\.(bin|hex|elf)' "$guide" | sort -u); do
  [ -f "$folder/$file" ] || { echo "$guide names $file, which is not there."; exit 1; }
done
# What is written begins with the image's vector table: a stack in RAM and an entry in flash.
for image in "$folder"/*stm32f405*.bin; do
  read -r stack entry < <(od -An -tx4 -N8 "$image")
  case $stack in 2000* | 2001* | 2002*) ;; *) echo "$image begins with a stack at 0x$stack."; exit 1 ;; esac
  case $entry in 080*) ;; *) echo "$image starts at 0x$entry."; exit 1 ;; esac
done
