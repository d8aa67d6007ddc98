"""Pictures to network inputs, exactly as the device does it (to one grey level), and boxes back."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

FILL = 128  # becomes exactly 0 after (grey - 128) / 128


def grey(image: np.ndarray) -> np.ndarray:
    """uint8 [h, w] of a decoded picture: BT.601 luma in 8-bit integers of BGR or BGRA, or the grey picture itself."""
    if image.dtype != np.uint8:
        raise ValueError(f"a picture of {image.dtype} samples; only 8-bit pictures are read")
    if image.ndim == 2:
        return image
    b, g, r = (image[..., i].astype(np.uint32) for i in range(3))
    return ((77 * r + 150 * g + 29 * b + 128) >> 8).astype(np.uint8)


def read_grey(path) -> np.ndarray:
    path = Path(path)
    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    image = cv2.imdecode(data, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION) if data.size else None
    if image is None:
        raise ValueError(f"{path}: not a picture that OpenCV can decode")
    return grey(image)


@dataclass(frozen=True)
class Letterbox:
    """Where a picture of source_width x source_height lies in a canvas: scaled to width x height at (x, y)."""

    source_width: int
    source_height: int
    canvas_width: int
    canvas_height: int
    x: int
    y: int
    width: int
    height: int

    @classmethod
    def fit(cls, source_width, source_height, canvas_width, canvas_height):
        scale = min(canvas_width / source_width, canvas_height / source_height)
        width = min(canvas_width, max(1, int(source_width * scale + 0.5)))
        height = min(canvas_height, max(1, int(source_height * scale + 0.5)))
        return cls(source_width, source_height, canvas_width, canvas_height,
                   (canvas_width - width) // 2, (canvas_height - height) // 2, width, height)

    def apply(self, image: np.ndarray) -> np.ndarray:
        canvas = np.full((self.canvas_height, self.canvas_width), FILL, np.uint8)
        canvas[self.y : self.y + self.height, self.x : self.x + self.width] = resize(image, self.width, self.height)
        return canvas

    def to_source(self, boxes: np.ndarray) -> np.ndarray:
        """Boxes [n, 4] as corners on the canvas to corners in source pixels, clipped to the picture."""
        across, down = self.source_width / self.width, self.source_height / self.height
        boxes = (boxes - [self.x, self.y, self.x, self.y]) * [across, down, across, down]
        return np.clip(boxes, 0, [self.source_width, self.source_height] * 2)

    def to_canvas(self, boxes: np.ndarray) -> np.ndarray:
        across, down = self.width / self.source_width, self.height / self.source_height
        return boxes * [across, down, across, down] + [self.x, self.y, self.x, self.y]


def resize(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Area average where a side shrinks, bilinear with half-pixel centres otherwise."""
    h, w = image.shape
    if (w, h) == (width, height):
        return image.copy()
    shrinks = width < w or height < h
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def to_tensor(canvas: np.ndarray, mean: float, scale: float) -> np.ndarray:
    return ((canvas.astype(np.float32) - np.float32(mean)) / np.float32(scale))[None]
