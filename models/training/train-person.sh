#!/bin/sh
# person-vww, or with --small person-vww-96, from pictures to card in one command; hours on one core. PERSONS and FACES are folders with
# train.csv and val.csv; the small one also needs train-wild.csv and val-wild.csv there, and starts from the other's weights. It ships the last weights.
#
#   train-person.sh [--small] [PERSONS [FACES]]
set -eu
cd "$(dirname "$0")"
name=person-vww
run=person-vww
checkpoint=best.pt
wild=
if [ "${1:-}" = --small ]; then
  name=person-vww-96
  run=person-vww-96-wild
  checkpoint=checkpoint.pt
  wild=val-wild.csv
  shift
fi
persons=${1:-../../../shared/data/persons}
faces=${2:-../../../shared/data/faces}
python=/usr/bin/python3
[ "$name" = person-vww-96 ] || $python -m rnnpool_training.borrow "$faces/train.csv" --avoid "$persons/val.csv" --out runs/borrowed.csv
$python -m rnnpool_training.train "configs/$run.toml"
$python -m rnnpool_training.export --run "runs/$run" --checkpoint $checkpoint --out ../$name --calibrate "$persons/val.csv" ${wild:+"$persons/$wild"}
$python -m rnnpool_training.golden --model ../$name --out ../../tests/vectors/$name
../quantize.sh "$(realpath "$persons")/train.csv" "$name"
$python -m rnnpool_training.card --model ../$name --run "runs/$run" --checkpoint $checkpoint "$persons/val.csv" ${wild:+"$persons/$wild"}
