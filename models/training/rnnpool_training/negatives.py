"""Pictures without faces out of pictures labelled as without persons:
python3 -m rnnpool_training.negatives persons/train.csv persons/train-wild.csv --avoid faces/val.csv persons/val.csv \
    --out runs/negatives.csv

Pictures that look like one of an --avoid list, mirrored or not, are left out. The output has the columns of annotated faces without a box;
its sources start with `persons/`."""

import argparse
import csv
import os
import sys
from pathlib import Path

import numpy as np

from .borrow import fingerprint, near
from .data import DataError
from .labelled import read_labelled
from .preprocess import read_grey

LABELS = ("none", "person")


def listed(paths) -> list:
    """The distinct pictures that annotation files of any kind name."""
    found = {}
    for path in paths:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found[Path(path).parent / row["image"]] = None
    return list(found)


def face_free(paths, avoid, bits=10):
    """Rows (path, width, height, source) of the pictures that may be used, and how many were left out."""
    known = []
    for path in listed(avoid):
        image = read_grey(path)
        known += [fingerprint(image), fingerprint(image[:, ::-1])]
    rows, prints = [], []
    for picture in (p for path in paths for p in read_labelled(path, LABELS)):
        if picture.label:
            continue
        image = read_grey(picture.path)
        rows.append((picture.path, image.shape[1], image.shape[0], f"persons/{picture.source}"))
        prints.append(fingerprint(image))
    out = near(np.array(prints), np.array(known), bits) if rows and known else np.zeros(len(rows), bool)
    return [r for r, o in zip(rows, out) if not o], int(out.sum())


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.negatives", description="Pictures without faces out of labelled pictures.")
    parser.add_argument("persons", nargs="+", help="CSV of pictures labelled none or person")
    parser.add_argument("--avoid", required=True, nargs="+", help="CSV files whose column image names pictures that must not be among them")
    parser.add_argument("--out", required=True, help="CSV to write")
    options = parser.parse_args(arguments)
    try:
        rows, known = face_free(options.persons, options.avoid)
        out = Path(options.out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with open(out, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["image", "width", "height", "source", "x", "y", "w", "h", "ignore", "origin"])
            for path, width, height, source in rows:
                writer.writerow([os.path.relpath(path, out.parent), width, height, source, "", "", "", "", "", "labelled none"])
    except KeyError as error:
        sys.exit(f"negatives: the column {error} is missing")
    except (DataError, OSError, ValueError) as error:
        sys.exit(f"negatives: {error}")
    print(f"{out}: {len(rows)} pictures; {known} left out because they look like one to avoid")


if __name__ == "__main__":
    main()
