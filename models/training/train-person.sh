#!/bin/sh
# person-vww from pictures to card, in one command; hours on one core. PERSONS and FACES are folders with train.csv and val.csv.
#
#   train-person.sh [PERSONS [FACES]]
set -eu
cd "$(dirname "$0")"
persons=${1:-../../../shared/data/persons}
faces=${2:-../../../shared/data/faces}
python=/usr/bin/python3
$python -m rnnpool_training.borrow "$faces/train.csv" --avoid "$persons/val.csv" --out runs/borrowed.csv
$python -m rnnpool_training.train configs/person-vww.toml
$python -m rnnpool_training.export --run runs/person-vww --out ../person-vww --shift "$persons/val.csv"
$python -m rnnpool_training.golden --model ../person-vww --out ../../tests/vectors/person-vww
../quantize.sh "$(realpath "$persons")/train.csv" person-vww
$python -m rnnpool_training.card --model ../person-vww --run runs/person-vww "$persons/val.csv"
