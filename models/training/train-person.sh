#!/bin/sh
# person-vww, or with --small person-vww-96, from pictures to card in one command; hours on one core. PERSONS and FACES are folders with
# train.csv and val.csv. The small one starts from the run of the other.
#
#   train-person.sh [--small] [PERSONS [FACES]]
set -eu
cd "$(dirname "$0")"
name=person-vww
if [ "${1:-}" = --small ]; then
  name=person-vww-96
  shift
fi
persons=${1:-../../../shared/data/persons}
faces=${2:-../../../shared/data/faces}
python=/usr/bin/python3
[ "$name" = person-vww-96 ] || $python -m rnnpool_training.borrow "$faces/train.csv" --avoid "$persons/val.csv" --out runs/borrowed.csv
$python -m rnnpool_training.train configs/$name.toml
$python -m rnnpool_training.export --run runs/$name --out ../$name --shift "$persons/val.csv"
$python -m rnnpool_training.golden --model ../$name --out ../../tests/vectors/$name
../quantize.sh "$(realpath "$persons")/train.csv" "$name"
$python -m rnnpool_training.card --model ../$name --run runs/$name "$persons/val.csv"
