#!/usr/bin/env bash
# Writes the table of figures in README.md from docs/figures.json, the only place where they are kept.
#
#   tools/figures.sh                      write the table
#   tools/figures.sh --check              only compare it; exit code 1 when it differs
#   tools/figures.sh --measure GROUP...   measure first, and keep the results in docs/figures.json; GROUP is
#                                         models (needs $DATA, a folder with faces/val.csv and persons/val.csv), host, firmware or device
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
require_packages jq
FIGURES=docs/figures.json
PROGRAM=src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge

table() { jq -r -f tools/figures.jq "$FIGURES"; }

# put PATH JSON: replaces one part of the figures.
put() { jq --argjson value "$2" "$1 = \$value" "$FIGURES" >"$FIGURES.new" && mv "$FIGURES.new" "$FIGURES"; }

machine() { printf '%s, %s cores, %s' "$(sed -n 's/^model name.*: *//p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(. /etc/os-release; echo "$PRETTY_NAME")"; }

measure_models() {
  local data=${DATA:-../shared/data} name arch result all='[]'
  [ -f "$data/faces/val.csv" ] || fail "$data has no faces/val.csv." "Name the folder of the pictures: DATA=FOLDER tools/figures.sh --measure models"
  for arch in models/*/arch.json; do
    name=$(basename "$(dirname "$arch")")
    if jq -e '.task == "classification"' "$arch" >/dev/null; then
      result=$("$PROGRAM" eval --json --engine onnx --model "models/$name" "$data/persons/val.csv" | jq '{model, accuracy, images}')
      result=$(jq --argjson q "$("$PROGRAM" eval --json --engine interpreter --model "models/$name" "$data/persons/val.csv" | jq .accuracy)" \
        --argjson input "$(jq .input "$arch")" '. + {quantizedAccuracy: $q, width: $input.width, height: $input.height}' <<<"$result")
      [ ! -f "$data/persons/val-wild.csv" ] || result=$(jq --argjson wild "$("$PROGRAM" eval --json --engine onnx --model "models/$name" "$data/persons/val-wild.csv" |
        jq '{accuracy, images}')" --argjson q "$("$PROGRAM" eval --json --engine interpreter --model "models/$name" "$data/persons/val-wild.csv" | jq .accuracy)" \
        '. + {wild: ($wild + {quantizedAccuracy: $q})}' <<<"$result")
    else
      result=$("$PROGRAM" eval --json --engine onnx --model "models/$name" "$data/faces/val.csv" |
        jq --argjson input "$(jq .input "$arch")" '{model, ap: .ap50, images, faces, precision, recall, parameters, multiplyAdds, width: $input.width, height: $input.height}')
      [ ! -f "$data/faces/val-wild.csv" ] || result=$(jq --argjson wild "$("$PROGRAM" eval --json --engine onnx --model "models/$name" "$data/faces/val-wild.csv" |
        jq '{ap: .ap50, images, faces}')" '. + {wild: $wild}' <<<"$result")
    fi
    all=$(jq --argjson result "$result" '. + [$result]' <<<"$all")
  done
  put .detectors "$(jq '[.[] | select(.ap != null)] | sort_by(.model)' <<<"$all")"
  put .classifiers "$(jq '[.[] | select(.accuracy != null)] | sort_by(.model)' <<<"$all")"
}

measure_host() {
  put .host "$("$PROGRAM" bench --json --iterations 300 | jq --arg machine "$(machine)" '{machine: $machine, models: [.[] | {model, medianMs: (.simd.medianMs // .oneThread.medianMs), onnxMs: .oneThread.medianMs}]}')"
}

measure_firmware() {
  put .firmware "$(firmware/bench.sh --json --board stm32f405 | jq '[.[] | {model, board: "STM32F405 in QEMU", instructions, ramBytes, flashBytes}]')"
}

measure_device() {
  tools/measure.sh 30 --json artifacts/measure.json
  put .device "$(jq --arg machine "$(machine)" '. + {machine: $machine}' artifacts/measure.json)"
}

readme() {
  awk -v table="$(table)" '
    /^<!-- figures -->$/ { print; print table; inside = 1 }
    /^<!-- end of figures -->$/ { inside = 0 }
    !inside' README.md
}

case ${1:-} in
  --check) diff -u README.md <(readme) ;;
  --measure)
    shift
    find_dotnet
    for group in "$@"; do "measure_$group"; done
    readme >README.md.new && mv README.md.new README.md ;;
  "") readme >README.md.new && mv README.md.new README.md ;;
  *) fail "'$1' is no option of tools/figures.sh." "See its first lines." ;;
esac
