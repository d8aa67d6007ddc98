"""Annotated pictures: the CSV of boxes, and grey pictures kept decoded in memory."""

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .preprocess import read_grey

SMALLEST_SIDE = 8.0  # px, when the picture's longer side is scaled to LONGER_SIDE
LONGER_SIDE = 448.0


class DataError(ValueError):
    """The annotations cannot be used; the message names file and line."""


@dataclass
class Sample:
    path: Path
    width: int
    height: int
    source: str
    boxes: np.ndarray  # [n, 4] corners in pixels of the stored picture
    ignore: np.ndarray  # [n] bool: neither face nor background
    pixels: np.ndarray | None = None

    def too_small(self) -> np.ndarray:
        """[n] bool: under the size that the protocol counts."""
        side = np.minimum(self.boxes[:, 2] - self.boxes[:, 0], self.boxes[:, 3] - self.boxes[:, 1])
        return side * LONGER_SIDE / max(self.width, self.height) < SMALLEST_SIDE


def read_annotations(path) -> list:
    path = Path(path)
    samples: dict = {}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = {"image", "width", "height", "x", "y", "w", "h"} - set(reader.fieldnames or ())
            if missing:
                raise DataError(f"{path}: the columns {', '.join(sorted(missing))} are missing")
            for row in reader:
                try:
                    entry = samples.setdefault(row["image"], (int(row["width"]), int(row["height"]), row.get("source", ""), []))
                    if row["x"]:
                        x, y, w, h = (float(row[key]) for key in "xywh")
                        entry[3].append((x, y, x + w, y + h, row.get("ignore", "0") == "1"))
                except (TypeError, ValueError) as error:
                    raise DataError(f"{path}, line {reader.line_num}: {error}") from None
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from None
    if not samples:
        raise DataError(f"{path}: no picture is listed")
    result = []
    for image, (width, height, source, rows) in samples.items():
        table = np.array([r[:4] for r in rows], np.float32).reshape(-1, 4)
        result.append(Sample(path.parent / image, width, height, source, table, np.array([r[4] for r in rows], bool)))
    return result


def load_pixels(samples, threads: int = 2) -> None:
    """Decodes every picture once; 9000 of them take about 0.8 GB."""

    def load(sample):
        sample.pixels = read_grey(sample.path)
        if sample.pixels.shape != (sample.height, sample.width):
            h, w = sample.pixels.shape
            raise DataError(f"{sample.path}: {w}x{h}, but the annotations say {sample.width}x{sample.height}")

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(load, samples):
            pass
