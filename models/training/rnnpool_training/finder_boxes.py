"""Annotated boxes for a detector, out of labelled pictures and the boxes that another detector found in them:
python3 -m rnnpool_training.finder_boxes persons/train.csv --boxes annotations/person-boxes.csv --out runs/person-boxes-train.csv

A box under --sure is annotated as ignored, and one under --doubtful is left out. A picture of the label in which no box is sure is left
out, because its thing would count as background. Pictures without the label have no boxes."""

import argparse
import csv
import os
import sys
from pathlib import Path

import numpy as np

from .anchors import areas, intersections
from .data import DataError
from .labelled import read_boxes, read_labelled
from .preprocess import read_grey

LABELS = ("none", "person")


def annotated(picture, sure, doubtful) -> list:
    """Rows (x, y, w, h, ignore) of a picture that shows the thing; empty when its place is not known."""
    boxes = picture.boxes if picture.boxes is not None else np.zeros((0, 5), np.float32)
    boxes = boxes[boxes[:, 4] >= doubtful]
    ignored = boxes[:, 4] < sure
    if ignored.all():
        return []
    # A doubtful box that covers a sure one is a second guess at the same thing: as an ignored box it would hide that one from training.
    best = boxes[~ignored, :4]
    common = intersections(boxes[:, :4], best)
    union = areas(boxes)[:, None] + areas(best)[None] - common
    again = ignored & ((common / np.maximum(union, 1e-6)).max(1) > 0.4)
    return [(x0, y0, x1 - x0, y1 - y0, int(i)) for (x0, y0, x1, y1, _), i, a in zip(boxes, ignored, again) if not a]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.finder_boxes", description="Boxes for a detector out of labelled pictures.")
    parser.add_argument("pictures", nargs="+", help="CSV of pictures labelled none or person")
    parser.add_argument("--boxes", required=True, nargs="+", help="CSV of found boxes: image,score,x,y,w,h")
    parser.add_argument("--sure", type=float, default=0.3, help="least score of a box (default 0.3)")
    parser.add_argument("--doubtful", type=float, default=0.15, help="least score of an ignored box (default 0.15)")
    parser.add_argument("--out", required=True, help="CSV to write")
    options = parser.parse_args(arguments)
    unknown = boxes = pictures = 0
    try:
        if not 0 <= options.doubtful <= options.sure:
            raise DataError(f"--doubtful is {options.doubtful} and --sure {options.sure}; the first must not be larger")
        samples = [p for path in options.pictures for p in read_labelled(path, LABELS)]
        for path in options.boxes:
            read_boxes(path, samples)
        out = Path(options.out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with open(out, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["image", "width", "height", "source", "x", "y", "w", "h", "ignore", "origin"])
            for picture in samples:
                rows = annotated(picture, options.sure, options.doubtful) if picture.label else [("", "", "", "", "")]
                if not rows:
                    unknown += 1
                    continue
                height, width = read_grey(picture.path).shape
                head = [os.path.relpath(picture.path, out.parent), width, height, picture.source]
                for row in rows:
                    writer.writerow([*head, *row, "found" if picture.label else "labelled none"])
                pictures += 1
                boxes += sum(row[4] == 0 for row in rows)
    except (DataError, OSError, ValueError) as error:
        sys.exit(f"finder_boxes: {error}")
    print(f"{out}: {pictures} pictures with {boxes} boxes; {unknown} left out because no box is sure")


if __name__ == "__main__":
    main()
