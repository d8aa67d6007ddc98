#!/usr/bin/env bash
# Instructions, RAM and flash of a frame, per model and board, measured in QEMU: every models/*/model.rnnp that a board has
# room for.
#
#   bench.sh [--json] [--board BOARD] [--model NAME] [--package FILE.rnnp] [--frames COUNT] [--first INDEX] [--cpu CPU]
#
#   instructions  the dearest of COUNT (8) recorded pictures from INDEX (0) on, from the first row to the suppressed boxes, counted by the
#                 board's timer under -icount: exact where the timer's tick is an instruction's time (stm32f405), otherwise to
#                 the resolution of the timer
#   typicalInstructions  the median of these pictures
#   worstInstructions    the dearest picture with thresholds that every anchor of every cell reaches: no picture can cost more in
#                 the layers, whose cost does not depend on their inputs otherwise
#   linkInstructions     the dearest picture with the link: receiving byte by byte, decoding frames and rows, computing and sending,
#                 raw and in the row code; without the entry of the receive interrupt (bench/bench_link.c)
#   unheardInstructions  the most between two reports of progress, at which the firmware hears RESET and REBOOT
#   work          the multiply-accumulates of docs/model-format.md, which the board limits
#   ramBytes      .data + .bss of the firmware with its link, the arena, and the stack's high-water mark after a frame
#                 that came over the emulated serial port
#   flashBytes    code, constants, initial data and the model
#
# --cpu compiles for a smaller core than the board's, such as cortex-m0plus, and counts its instructions on the board's.
# --package measures that package alone. One without recorded pictures (tests/vectors/NAME) is shown a pattern, and its stack
# is that of the engine without the link.
set -euo pipefail
cd "$(dirname "$0")"
source ./common.sh
json=false
boards=(stm32f405 mps2-an386)
only=
package=
frames=8
first=0
cpu=
while [ $# -gt 0 ]; do
  case $1 in
    --json) json=true ;;
    --board) boards=("$2"); shift ;;
    --model) only=$2; shift ;;
    --package) package=$(realpath "$2"); shift ;;
    --frames) frames=$2; shift ;;
    --first) first=$2; shift ;;
    --cpu) cpu=$2; shift ;;
    *) echo "bench.sh: $1 is no option" >&2; exit 2 ;;
  esac
  shift
done
need_tools >&2

mkdir -p "$BUILD"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

write_picture() { # model name index recorded
  python3 - "$1" "$VECTORS/$2/pictures.grey" "$3" "$work/picture.grey" "$4" <<'PY'
import struct, sys
head = open(sys.argv[1], "rb").read(90)
size = head[81] * struct.unpack_from("<H", head, 82)[0] * struct.unpack_from("<H", head, 84)[0]
if sys.argv[5] == "true":
    with open(sys.argv[2], "rb") as pictures:
        pictures.seek(int(sys.argv[3]) * size)
        picture = pictures.read(size)
    # the recording may contain fewer than requested
    picture = picture or open(sys.argv[2], "rb").read(size)
else:
    picture = bytes((7 * i * i + 13 * i) >> 4 & 255 for i in range(size))
open(sys.argv[4], "wb").write(picture)
PY
}

measure() { # model board
  local name folder libraries= elf dearest form i recorded=false count=1 options=()
  name=$(basename "$(dirname "$1")")
  folder=$2${cpu:+-$cpu}
  # The libraries do not depend on the model.
  if [ "$name" != face-qvga ]; then
    configure_board "$folder" "$2" "$MODELS/face-qvga/model.rnnp" -DRNNP_BOARD_CPU="$cpu" -DRNNP_LIBRARIES= >&2
    build "$folder" rnnp_sha256 rnnp_kernels rnnp_engine rnnp_link >&2
    libraries=$(realpath "$BUILD/$folder")
    folder+=-$name
  fi
  if [ -z "$package" ] && [ -e "$VECTORS/$name/pictures.grey" ] && [ -e "$VECTORS/$name/model.run" ]; then
    recorded=true
    count=$frames
  fi
  configure_board "$folder" "$2" "$1" -DRNNP_BOARD_CPU="$cpu" -DRNNP_LIBRARIES="$libraries" >&2
  if ! build "$folder" rnnp_bench rnnp_bench_link rnnp-firmware >"$work/build.log"; then
    if grep -q "overflowed by" "$work/build.log"; then
      echo "bench.sh: $name does not fit the flash of $2, left out" >&2
      return
    fi
    cat "$work/build.log" >&2
    return 1
  fi
  qemu_options "$folder"
  options=("${QEMU[@]}" -icount "shift=$ICOUNT")
  rm -f "$work"/*.json
  for i in $(seq 0 $((count - 1))); do
    write_picture "$1" "$name" $((first + i)) $recorded
    qemu-system-arm "${options[@]}" \
      -semihosting-config "enable=on,target=native,arg=$work/picture.grey" -kernel "$BUILD/$folder/bench/rnnp_bench" \
      >"$work/$i.json" 2>"$work/$i.err" </dev/null ||
      {
        if grep -qx arena "$work/$i.json" "$work/$i.err"; then
          echo "bench.sh: $name does not fit the RAM of $2, left out" >&2
          return
        fi
        cat "$work/$i.json" "$work/$i.err" >&2
        return 1
      }
    # QEMU's console is standard error
    [ -s "$work/$i.json" ] || mv "$work/$i.err" "$work/$i.json"
  done
  dearest=$(python3 -c 'import json, sys
print(max(range(int(sys.argv[1])), key=lambda i: json.load(open(f"{sys.argv[2]}/{i}.json"))["instructions"]))' "$count" "$work")
  write_picture "$1" "$name" $((first + dearest)) $recorded
  for form in raw coded; do
    python3 bench/link_stream.py "$1" "$work/picture.grey" $form "$work/stream"
    qemu-system-arm "${QEMU[@]}" -icount "shift=$ICOUNT" -semihosting-config "enable=on,target=native,arg=$work/stream" \
      -kernel "$BUILD/$folder/bench/rnnp_bench_link" >"$work/link-$form" 2>&1 </dev/null || cp /dev/null "$work/link-$form"
  done
  if $recorded; then
    serial_frame "$folder" "$1" 4 >"$work/serial.json" 2>"$work/serial.err" || { cat "$work/serial.json" "$work/serial.err" >&2; return 1; }
  else
    cp "$work/0.json" "$work/serial.json"
  fi
  elf=$BUILD/$folder/boards/rnnp-firmware
  arm-none-eabi-size "$elf" | tail -1 >"$work/size.txt"
  python3 - "$name" "$2" "$work" "$count" "$ICOUNT" <<'PY'
import json, statistics, sys
name, board, work, frames, shift = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
runs = [json.load(open(f"{work}/{i}.json")) for i in range(frames)]
serial = json.loads(open(f"{work}/serial.json").read().splitlines()[-1])
text, data, bss = (int(x) for x in open(f"{work}/size.txt").read().split()[:3])
scale = 1e9 / runs[0]["ticksHz"] / (1 << shift)  # a tick's nanoseconds by an instruction's
worst = max(runs, key=lambda run: run["instructions"])
link = {form: open(f"{work}/link-{form}").read() for form in ("raw", "coded")}


def scaled(ticks):
    return round(ticks * scale)


result = {
    "model": name,
    "board": board,
    "instructions": scaled(worst["instructions"]),
    "typicalInstructions": scaled(statistics.median(run["instructions"] for run in runs)),
    "worstInstructions": scaled(worst["worstInstructions"]) if "worstInstructions" in worst else None,
    "linkInstructions": {form: scaled(json.loads(text)["instructions"]) for form, text in link.items() if text},
    "openInstructions": scaled(worst["openInstructions"]),
    "checksumInstructions": scaled(worst["checksumInstructions"]),
    "unheardInstructions": scaled(worst["unheardInstructions"]),
    "work": worst["work"],
    "ramBytes": data + bss + serial["arenaBytes"] + serial["stackBytes"],
    "flashBytes": text + data,
    "ram": {"static": data + bss, "arena": serial["arenaBytes"], "stack": serial["stackBytes"]},
    "layers": [{"name": layer["name"], "instructions": scaled(layer["instructions"])} for layer in worst["layers"]],
}
print(json.dumps(result))
PY
}

results=()
models=("$MODELS"/*/model.rnnp)
[ -z "$package" ] || models=("$package")
for model in "${models[@]}"; do
  name=$(basename "$(dirname "$model")")
  [ -z "$only" ] || [ "$name" = "$only" ] || continue
  for board in "${boards[@]}"; do
    result=$(measure "$model" "$board")
    [ -z "$result" ] || results+=("$result")
  done
done
[ ${#results[@]} -gt 0 ] || { echo "bench.sh: nothing was measured" >&2; exit 1; }

printf '%s\n' "${results[@]}" | python3 -c '
import json, sys
results = [json.loads(line) for line in sys.stdin]
if sys.argv[1] == "true":
    print(json.dumps(results, indent=2))
    sys.exit()
for r in results:
    ram = r["ram"]
    print("{model} on {board}: {instructions:,} instructions, {ramBytes:,} B RAM, {flashBytes:,} B flash".format(**r))
    worst = format(r["worstInstructions"], ",") if r["worstInstructions"] else "not measured"
    print("  typical {typicalInstructions:,}, with every cell a candidate {0}".format(worst, **r))
    print("  with the link: {0}".format(", ".join("%s %s" % (form, format(n, ",")) for form, n in r["linkInstructions"].items())))
    print("  {unheardInstructions:,} at most between two reports of progress, work {work:,}".format(**r))
    print("  start: {openInstructions:,} instructions before the port opens, {checksumInstructions:,} for the checksum".format(**r))
    print("  RAM: {static:,} static (link included), {arena:,} arena, {stack:,} stack".format(**ram))
    if r["board"] == "stm32f405":
        for layer in r["layers"]:
            print("  {name:<16} {instructions:>12,}".format(**layer))
' "$json"
