#!/bin/sh
# All experiments of docs/experiments.md that train something, one after the other, on one core: two hours. Rows that are in the CSV
# files already are not made again, so that it can be interrupted.
set -eu
cd "$(dirname "$0")/.."
export OMP_WAIT_POLICY=PASSIVE
python=/usr/bin/python3
$python experiments/shapes.py
$python experiments/operators.py --part a --steps 2000 --views 64000
$python experiments/operators.py --part b --steps 500
