"""Pictures with one label each: the CSV, and grey pictures kept decoded in memory."""

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .data import DataError, Sample
from .preprocess import read_grey


@dataclass
class LabelledPicture:
    path: Path
    label: int  # index into the labels of arch.json
    source: str
    was_grey: bool  # grey already at its source
    box_area: float  # share of the picture that the largest thing of this label covers; 0 where unknown
    pixels: np.ndarray | None = None
    boxes: np.ndarray | None = None  # [n, 5] where things of this label are: x1, y1, x2, y2 in pixels, score of the finder


def read_labelled(path, labels) -> list:
    """Rows of a CSV with the columns image (relative to the CSV), label, and where known source, gray, box_area."""
    path, result, seen = Path(path), [], set()
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = {"image", "label"} - set(reader.fieldnames or ())
            if missing:
                raise DataError(f"{path}: the columns {', '.join(sorted(missing))} are missing")
            for row in reader:
                where = f"{path}, line {reader.line_num}"
                if row["label"] not in labels:
                    raise DataError(f"{where}: the label '{row['label']}' is not one of {', '.join(labels)}")
                if row["image"] in seen:
                    raise DataError(f"{where}: {row['image']} is listed twice")
                seen.add(row["image"])
                try:
                    area = float(row.get("box_area") or 0)
                except ValueError as error:
                    raise DataError(f"{where}: {error}") from None
                result.append(LabelledPicture(path.parent / row["image"], labels.index(row["label"]), row.get("source") or "",
                                              row.get("gray") == "1", area))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from None
    if not result:
        raise DataError(f"{path}: no picture is listed")
    return result


def read_boxes(path, pictures) -> int:
    """Boxes of pictures from a CSV with the columns image, score, x, y, w, h, a row per box in pixels; a picture is known by
    the last two parts of its path. Returns how many of the pictures have boxes now."""
    found = {}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            for row in reader:
                try:
                    score, x, y, w, h = (float(row[key]) for key in ("score", "x", "y", "w", "h"))
                except (KeyError, TypeError, ValueError) as error:
                    raise DataError(f"{path}, line {reader.line_num}: not a box ({error})") from None
                found.setdefault(row["image"], []).append((x, y, x + w, y + h, score))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from None
    count = 0
    for picture in pictures:
        boxes = found.get("/".join(picture.path.parts[-2:]))
        if boxes and picture.label:
            picture.boxes = np.array(boxes, np.float32)
            count += 1
    return count


def load_pictures(pictures, threads: int = 2) -> None:
    """Decodes every picture once; 9,300 of them with a shorter side of 136 pixels take 0.25 GB."""

    def load(picture):
        picture.pixels = read_grey(picture.path)

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(load, pictures):
            pass


def without_labels(paths) -> list:
    """The pictures of labelled CSV files that are labelled none, decoded, as samples of a detector without boxes."""
    pictures = [p for path in paths for p in read_labelled(path, ("none", "person")) if not p.label]
    load_pictures(pictures)
    return [Sample(p.path, p.pixels.shape[1], p.pixels.shape[0], p.source, np.zeros((0, 4), np.float32), np.zeros(0, bool), p.pixels)
            for p in pictures]
