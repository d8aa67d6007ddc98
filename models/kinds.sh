#!/bin/sh
# Measures face detectors by kind of picture (darkness, tilt, cut faces, shelves and so on) and writes the table into their cards.
# With --check it writes nothing, and fails where a kind is worse than the model's kinds.json by more than 0.02.
#
#   models/kinds.sh [--check] FACES PERSONS [MODEL...]
#
# FACES and PERSONS are folders with val.csv; false boxes are counted in pictures labelled as without persons. MODEL is face-qvga by default; a card
# needs the lines <!-- kinds --> and <!-- end kinds -->.
set -eu
here=$(realpath "$(dirname "$0")")
check=
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
if [ $# -lt 2 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$here/kinds.sh" >&2
  exit 2
fi
faces=$(realpath "$1")
persons=$(realpath "$2")
shift 2
cd "$here/training"
[ $# -gt 0 ] || set -- face-qvga
free="$persons/val.csv"
[ ! -e "$persons/val-wild.csv" ] || free="$free $persons/val-wild.csv"
for model in "$@"; do
  echo "$model"
  if [ "$check" ] && [ ! -e "../$model/kinds.json" ]; then
    echo "kinds.sh: models/$model/kinds.json is missing; run kinds.sh without --check to make it." >&2
    exit 1
  fi
  # shellcheck disable=SC2086
  if [ "$check" ]; then
    /usr/bin/python3 -m rnnpool_training.kinds --model "../$model" "$faces/val.csv" --free $free --held "../$model/kinds.json"
  else
    /usr/bin/python3 -m rnnpool_training.kinds --model "../$model" "$faces/val.csv" --free $free --json "../$model/kinds.json" --card
  fi
done
