"""Creates labelled pictures from annotations of faces:

    python3 -m rnnpool_training.borrow faces/train.csv --avoid persons/val.csv --out runs/borrowed.csv

A picture with a face has a person in it; a picture of a source that is known to hold neither faces nor people has none. A picture
that resembles one of the --avoid list, mirrored or not, is left out, so that no validation picture is trained on."""

import argparse
import csv
import os
import sys
from pathlib import Path

import cv2
import numpy as np

from .data import DataError, read_annotations
from .preprocess import read_grey

PERSON = ("mask853_hittheant", "face_det2_salty", "mask_wearing_daniyal", "face_mask_dit_darun", "face_det1_thesus", "mask_chandrika",
          "pacs_person")
NONE = ("haar_negatives", "caltech101_nonface")
BODY = 5.0  # a person covers about that many times the area of the face, as far as the picture shows it
LEAST_FACE = 0.001  # share of the picture; a smaller face alone does not identify a person


def fingerprint(image) -> np.ndarray:
    """64 bits: whether grey levels rise from left to right, on a grid of 8x8 (difference hash)."""
    small = cv2.resize(image, (9, 8), interpolation=cv2.INTER_AREA).astype(int)
    return (small[:, 1:] > small[:, :-1]).ravel()


def near(prints: np.ndarray, known: np.ndarray, bits: int) -> np.ndarray:
    """For every print whether one of the known ones differs in at most so many bits."""
    a, b = prints.astype(np.float32), known.astype(np.float32)
    distance = a @ (1 - b.T) + (1 - a) @ b.T
    return distance.min(1) <= bits


def borrow(samples, avoid, bits=10):
    """Rows (path, label, source, box_area) of the samples that may be used, and how many were left out for being known."""
    known = []
    for path in avoid:
        image = read_grey(path)
        known += [fingerprint(image), fingerprint(image[:, ::-1])]
    rows, prints = [], []
    for s in samples:
        faces = s.boxes[~s.ignore]
        largest = max(((b[2] - b[0]) * (b[3] - b[1]) for b in faces), default=0.0) / (s.width * s.height)
        if s.source in PERSON and largest >= LEAST_FACE:
            rows.append((s.path, "person", s.source, min(0.9, BODY * largest)))
        elif s.source in NONE and not len(s.boxes):
            rows.append((s.path, "none", s.source, 0.0))
        else:
            continue
        prints.append(fingerprint(read_grey(s.path)))
    if not rows:
        return [], 0
    out = near(np.array(prints), np.array(known), bits) if known else np.zeros(len(rows), bool)
    return [r for r, o in zip(rows, out) if not o], int(out.sum())


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.borrow", description="Labelled pictures out of annotations of faces.")
    parser.add_argument("faces", help="CSV of annotated faces")
    parser.add_argument("--avoid", required=True, help="CSV whose column image names pictures that must not be among them")
    parser.add_argument("--out", required=True, help="CSV to write")
    options = parser.parse_args(arguments)
    try:
        with open(options.avoid, newline="", encoding="utf-8") as file:
            avoid = [Path(options.avoid).parent / row["image"] for row in csv.DictReader(file)]
        rows, known = borrow(read_annotations(options.faces), avoid)
        out = Path(options.out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with open(out, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["image", "label", "source", "gray", "box_area"])
            for path, label, source, area in rows:
                writer.writerow([os.path.relpath(path, out.parent), label, f"faces/{source}", 0, f"{area:.4f}"])
    except KeyError as error:
        sys.exit(f"borrow: {options.avoid}: the column {error} is missing")
    except (DataError, OSError, ValueError) as error:
        sys.exit(f"borrow: {error}")
    count = sum(label == "person" for _, label, _, _ in rows)
    print(f"{out}: {count} with a person, {len(rows) - count} without; {known} left out because they look like one of {options.avoid}")


if __name__ == "__main__":
    main()
