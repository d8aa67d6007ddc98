"""Annotated pictures: the CSV of boxes, and grey pictures kept decoded in memory."""

import csv
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .native import CACHE
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


CACHED_FROM = 400  # pictures


def load_pixels(samples, threads: int = 2) -> None:
    """Decodes every picture once. Large sets go to a memory-mapped file in native.CACHE, which later runs share and need not decode."""
    file = None
    if len(samples) >= CACHED_FROM:
        key = hashlib.sha256("".join(f"{s.path.resolve()} {s.width}x{s.height} {s.path.stat().st_mtime_ns}\n" for s in samples).encode())
        file = CACHE / f"pixels-{key.hexdigest()[:16]}.u8"
        if file.exists():
            _place(samples, np.memmap(file, np.uint8, "r"))
            return

    def load(sample):
        sample.pixels = read_grey(sample.path)
        if sample.pixels.shape != (sample.height, sample.width):
            h, w = sample.pixels.shape
            raise DataError(f"{sample.path}: {w}x{h}, but the annotations say {sample.width}x{sample.height}")

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(load, samples):
            pass
    if file is not None:
        CACHE.mkdir(parents=True, exist_ok=True)
        scratch = file.with_suffix(f".{os.getpid()}")
        with open(scratch, "wb") as out:
            for sample in samples:
                sample.pixels.tofile(out)
        os.replace(scratch, file)
        _place(samples, np.memmap(file, np.uint8, "r"))


def _place(samples, pixels) -> None:
    """Lets every sample see its part of the pixels of all."""
    first = 0
    for sample in samples:
        last = first + sample.width * sample.height
        sample.pixels = np.asarray(pixels[first:last]).reshape(sample.height, sample.width)
        first = last


def remove_boxes(samples, path) -> int:
    """Drops the boxes that a CSV of `image,x,y` names by their upper left corner: places that are labelled but hold no face, and so count
    as background. Images are named as in the annotations. Returns the number of boxes dropped."""
    path = Path(path)
    with open(path, newline="", encoding="utf-8") as file:
        wrong = {(Path(row["image"]).name, round(float(row["x"])), round(float(row["y"]))) for row in csv.DictReader(file)}
    dropped = 0
    for sample in samples:
        keep = np.array([(sample.path.name, round(float(x)), round(float(y))) not in wrong for x, y in sample.boxes[:, :2]], bool)
        if not keep.all():
            dropped += int(np.count_nonzero(~keep))
            sample.boxes, sample.ignore = sample.boxes[keep], sample.ignore[keep]
    return dropped
