#!/usr/bin/env bash
# Instructions that the program for arm64 needs for a picture, counted in QEMU: tools/instructions.sh [MODEL...]
#
# 'rnnpool-edge detect' gets 5 and then 25 grey bitmaps of 320x240; the difference divided by 20 is the cost of a picture, from the
# bitmap file to the line of JSON. The emulated processors differ in what the engine finds: Cortex-A53 and A72 (Raspberry Pi 3 and 4) have
# AdvSimd, Cortex-A76 (Raspberry Pi 5) has its dot products as well. An instruction count is not a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh

PROCESSORS=(cortex-a53 cortex-a72 cortex-a76)
FEW=5 MANY=25
models=("$@")
[ ${#models[@]} -gt 0 ] || models=(face-qvga face-vga person-vww person-vww-96)
for model in "${models[@]}"; do
  [ -f "models/$model/model.rnnp" ] || fail "There is no model '$model' in models/." "tools/instructions.sh [MODEL...]"
done

# .NET loads OpenSSL, which Debian has no cross package of: it comes from arm64's own package, without adding arm64 to this machine.
fetch_libraries() {
  local folder=$libraries.new options=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root)
  rm -rf "$folder"
  mkdir -p "$folder/lists/partial" "$folder/archives/partial"
  options+=(-o Dir::State::status=/dev/null -o Dir::State::Lists="$folder/lists" -o Dir::Cache="$folder")
  { apt-get "${options[@]}" update && (cd "$folder" && apt-get "${options[@]}" download libssl3) &&
    dpkg-deb -x "$folder"/libssl3_*.deb "$folder"; } >&2 ||
    fail "The package libssl3 for arm64 could not be downloaded."
  rm -rf "$folder"/{lists,archives,*.deb,*.bin}
  mv "$folder" "$libraries"
}

require_packages qemu-user libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross gcc libc6-dev python3 jq
deploy/build-deb.sh arm64 --program >&2
program=$PWD/artifacts/deb/arm64/publish/rnnpool-edge
libraries=$PWD/artifacts/arm64-libraries
[ -e "$libraries/usr" ] || fetch_libraries
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$work/libcount.so" tools/instructions/count.c

# Bitmaps of 320x240 need little work before the network, and each has its own content.
python3 - "$work" "$MANY" <<'PY'
import random, struct, sys

folder, count = sys.argv[1], int(sys.argv[2])
palette = b"".join(bytes((i, i, i, 0)) for i in range(256))
head = struct.pack("<2sIHHI", b"BM", 14 + 40 + 1024 + 320 * 240, 0, 0, 14 + 40 + 1024)
info = struct.pack("<IiiHHIIiiII", 40, 320, 240, 1, 8, 0, 320 * 240, 0, 0, 256, 256)
for index in range(count):
    line = random.Random(index)
    step, start = line.randrange(1, 7), line.randrange(256)
    pixels = bytes((start + step * (x // 3) + y) & 255 for y in range(240) for x in range(320))
    open(f"{folder}/{index:02}.bmp", "wb").write(head + info + palette + pixels)
PY

# count PROCESSOR MODEL PICTURES: the instructions of one run. The program ends with 3 if it finds nothing, which is likely here.
count() {
  local pictures
  mapfile -t pictures < <(find "$work" -name '*.bmp' | sort | head -n "$3")
  qemu-aarch64 -cpu "$1" -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH="$libraries/usr/lib/aarch64-linux-gnu" -plugin "$work/libcount.so" \
    "$program" detect --model "models/$2" --json "${pictures[@]}" >"$work/result.json" 2>"$work/errors" || [ $? -eq 3 ] ||
    { cat "$work/errors" >&2; fail "The program ended with an error on $1."; }
  [ "$(jq length "$work/result.json")" -eq "$3" ] || fail "The program answered for fewer than $3 pictures."
  sed -n 's/^instructions //p' "$work/errors"
}

printf '%-16s %-12s %s\n' model processor "instructions a picture, millions"
for model in "${models[@]}"; do
  for processor in "${PROCESSORS[@]}"; do
    few=$(count "$processor" "$model" $FEW)
    many=$(count "$processor" "$model" $MANY)
    awk -v m="$model" -v p="$processor" -v all=$((many - few)) -v n=$((MANY - FEW)) 'BEGIN { printf "%-16s %-12s %.2f\n", m, p, all / n / 1e6 }'
  done
done
