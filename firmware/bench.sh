#!/usr/bin/env bash
# Instructions, RAM and flash of a frame, per model and board, measured in QEMU.
#
#   bench.sh [--json] [--board BOARD] [--model NAME] [--frames COUNT]
#
#   instructions  the dearest of the first COUNT (8) recorded pictures, from the first row to the suppressed boxes;
#                 exact: QEMU counts one tick of TIM2 for each (-icount shift=0)
#   ramBytes      .data + .bss of the firmware with its link, the arena, and the stack's high-water mark after a frame
#                 that came over the emulated serial port
#   flashBytes    code, constants, initial data and the model
set -euo pipefail
cd "$(dirname "$0")"
source ./common.sh
json=false
boards=(netduinoplus2 mps2-an386)
only=
frames=8
while [ $# -gt 0 ]; do
  case $1 in
    --json) json=true ;;
    --board) boards=("$2"); shift ;;
    --model) only=$2; shift ;;
    --frames) frames=$2; shift ;;
    *) echo "bench.sh: $1 is no option" >&2; exit 2 ;;
  esac
  shift
done
need_tools >&2

mkdir -p "$BUILD"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure() { # model board
  local name folder elf options=()
  name=$(basename "$(dirname "$1")")
  folder=$2
  [ "$name" = face-qvga ] || folder=$2-$name
  configure_board "$folder" "$2" "$1"
  build "$folder"
  options=(-icount shift=0)
  [ "$2" = mps2-an386 ] && options=(-icount shift=6)
  rm -f "$work"/*.json
  for i in $(seq 0 $((frames - 1))); do
    python3 - "$1" "$VECTORS/$name/pictures.grey" "$i" "$work/picture.grey" <<'PY'
import struct, sys
head = open(sys.argv[1], "rb").read(90)
size = head[81] * struct.unpack_from("<H", head, 82)[0] * struct.unpack_from("<H", head, 84)[0]
with open(sys.argv[2], "rb") as pictures:
    pictures.seek(int(sys.argv[3]) * size)
    open(sys.argv[4], "wb").write(pictures.read(size))
PY
    qemu-system-arm -M "$2" -display none -monitor none -serial none "${options[@]}" \
      -semihosting-config "enable=on,target=native,arg=$work/picture.grey" -kernel "$BUILD/$folder/bench/rnnp_bench" >"$work/$i.json" 2>"$work/$i.err" </dev/null ||
      { cat "$work/$i.err" >&2; return 1; }
    # QEMU's console is standard error
    [ -s "$work/$i.json" ] || mv "$work/$i.err" "$work/$i.json"
  done
  serial_frame "$folder" "$2" "$1" 4 >"$work/serial.json" 2>"$work/serial.err" || { cat "$work/serial.json" "$work/serial.err" >&2; return 1; }
  elf=$BUILD/$folder/boards/rnnp-firmware
  arm-none-eabi-size "$elf" | tail -1 >"$work/size.txt"
  python3 - "$name" "$2" "$work" "$frames" <<'PY'
import json, sys
name, board, work, frames = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
runs = [json.load(open(f"{work}/{i}.json")) for i in range(frames)]
serial = json.loads(open(f"{work}/serial.json").read().splitlines()[-1])
text, data, bss = (int(x) for x in open(f"{work}/size.txt").read().split()[:3])
scale = 0.625 if board == "mps2-an386" else 1  # a tick of the 25 MHz timer is 40 ns, an instruction 64 ns
worst = max(runs, key=lambda run: run["instructions"])
result = {
    "model": name,
    "board": board,
    "instructions": round(worst["instructions"] * scale),
    "ramBytes": data + bss + serial["arenaBytes"] + serial["stackBytes"],
    "flashBytes": text + data,
    "ram": {"static": data + bss, "arena": serial["arenaBytes"], "stack": serial["stackBytes"]},
    "layers": [{"name": layer["name"], "instructions": round(layer["instructions"] * scale)} for layer in worst["layers"]],
}
print(json.dumps(result))
PY
}

results=()
for model in "$MODELS"/*/model.rnnp; do
  name=$(basename "$(dirname "$model")")
  [ -z "$only" ] || [ "$name" = "$only" ] || continue
  if [ ! -e "$VECTORS/$name/pictures.grey" ] || [ ! -e "$VECTORS/$name/model.run" ]; then
    echo "bench.sh: $name has no recorded pictures, left out" >&2
    continue
  fi
  for board in "${boards[@]}"; do
    results+=("$(measure "$model" "$board")")
  done
done

printf '%s\n' "${results[@]}" | python3 -c '
import json, sys
results = [json.loads(line) for line in sys.stdin]
if sys.argv[1] == "true":
    print(json.dumps(results, indent=2))
    sys.exit()
for r in results:
    ram = r["ram"]
    print("{model} on {board}: {instructions:,} instructions, {ramBytes:,} B RAM, {flashBytes:,} B flash".format(**r))
    print("  RAM: {static:,} static (link included), {arena:,} arena, {stack:,} stack".format(**ram))
    if r["board"] == "netduinoplus2":
        for layer in r["layers"]:
            print("  {name:<16} {instructions:>12,}".format(**layer))
' "$json"
