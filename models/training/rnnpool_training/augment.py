"""Training crops: a face is picked, a size for it is drawn, and a window is cut around it (S3FD's scale choice)."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from .anchors import areas, intersections
from .preprocess import FILL, resize


@dataclass(frozen=True)
class Augmentation:
    natural: float = 0.4  # share of crops near the scale at which the letterbox would show the picture
    small: float = 0.75  # of the others, share drawn from small_sizes rather than large_sizes
    small_sizes: tuple = (6.0, 45.0)  # px, square root of the face's area
    large_sizes: tuple = (40.0, 230.0)
    mosaic: float = 0.35  # share of crops put together from four pictures
    mosaic_sizes: tuple = (6.0, 30.0)
    scales: tuple = (0.2, 2.5)  # limits of enlargement
    flip: float = 0.5
    photometric: float = 0.8
    smallest_side: float = 4.0  # px; smaller faces are ignored
    visible: float = 0.5  # of a face's area; less is ignored


def log_uniform(rng, low, high):
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def window(pick, width, height, natural_size, options: Augmentation, rng):
    """One training window of width x height: pixels, faces [n, 4] and ignored boxes [m, 4] as corners in the window.

    pick() gives a sample; natural_size is the (width, height) of the network's input, which decides what the natural
    scale of a picture is. A mosaic fills the window with four pictures, for more small faces per crop."""
    if rng.random() < options.mosaic:
        split_x, split_y = (int(n * rng.uniform(0.35, 0.65)) for n in (width, height))
        canvas, faces, ignored = np.empty((height, width), np.uint8), [], []
        for x0, x1 in ((0, split_x), (split_x, width)):
            for y0, y1 in ((0, split_y), (split_y, height)):
                part = _crop(pick(), x1 - x0, y1 - y0, natural_size, options, rng, options.mosaic_sizes)
                canvas[y0:y1, x0:x1] = part[0]
                faces.append(part[1] + np.float32([x0, y0, x0, y0]))
                ignored.append(part[2] + np.float32([x0, y0, x0, y0]))
        faces, ignored = np.concatenate(faces), np.concatenate(ignored)
    else:
        canvas, faces, ignored = _crop(pick(), width, height, natural_size, options, rng)
    if rng.random() < options.photometric:
        canvas = photometric(canvas, rng)
    return canvas, faces, ignored


def _crop(sample, width, height, natural_size, options, rng, sizes=None):
    faces = np.flatnonzero(~sample.ignore)
    natural = min(natural_size[0] / sample.width, natural_size[1] / sample.height)
    focus = sample.boxes[rng.choice(faces)] if len(faces) else None
    if focus is None or (sizes is None and rng.random() < options.natural):
        scale = natural * log_uniform(rng, 0.7, 1.4)
    else:
        sizes = sizes or (options.small_sizes if rng.random() < options.small else options.large_sizes)
        scale = log_uniform(rng, *sizes) / math.sqrt(max(float(areas(focus)), 1.0))
    scale = min(max(scale, options.scales[0], 24 / max(sample.width, sample.height)), options.scales[1])
    aspect = math.exp(rng.normal(0, 0.06))
    new_w, new_h = max(8, round(sample.width * scale * aspect)), max(8, round(sample.height * scale / aspect))
    across, down = new_w / sample.width, new_h / sample.height

    # Window position in the scaled picture: the focus lies inside, the rest of the freedom is used at random.
    if focus is None:
        left = rng.uniform(min(0, new_w - width), max(0, new_w - width))
        top = rng.uniform(min(0, new_h - height), max(0, new_h - height))
    else:
        left = _offset(rng, focus[0] * across, focus[2] * across, width, new_w)
        top = _offset(rng, focus[1] * down, focus[3] * down, height, new_h)
    left, top = int(round(left)), int(round(top))

    canvas = np.full((height, width), FILL, np.uint8)
    if rng.random() < 0.1:
        canvas[:] = rng.integers(0, 256)
    # Cut a little more than the window from the source, resize that, and lay it down to the pixel.
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(new_w, left + width), min(new_h, top + height)
    shift_x = shift_y = 0.0
    if x1 > x0 and y1 > y0:
        sx0, sy0 = int(x0 / across), int(y0 / down)
        sx1, sy1 = min(sample.width, math.ceil(x1 / across)), min(sample.height, math.ceil(y1 / down))
        piece_w, piece_h = max(1, round((sx1 - sx0) * across)), max(1, round((sy1 - sy0) * down))
        piece = resize(sample.pixels[sy0:sy1, sx0:sx1], piece_w, piece_h)
        px, py = min(max(0, round(x0 - sx0 * across)), max(0, piece_w - 1)), min(max(0, round(y0 - sy0 * down)), max(0, piece_h - 1))
        part = piece[py : py + (y1 - y0), px : px + (x1 - x0)]
        canvas[y0 - top : y0 - top + part.shape[0], x0 - left : x0 - left + part.shape[1]] = part
        # The piece's own rounding moves its content by part of a pixel; the boxes follow it.
        shift_x, shift_y = (x0 - px) - sx0 * across, (y0 - py) - sy0 * down

    boxes = sample.boxes * np.array([across, down, across, down], np.float32)
    boxes = boxes + np.array([shift_x - left, shift_y - top] * 2, np.float32)
    inside = np.array([[0, 0, width, height]], np.float32)
    share = intersections(boxes, inside)[:, 0] / np.maximum(areas(boxes), 1e-6)
    clipped = np.clip(boxes, 0, [width, height, width, height]).astype(np.float32)
    side = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    is_face = ~sample.ignore & (share >= options.visible) & (side >= options.smallest_side)
    is_ignored = ~is_face & (share > 0.05)

    if rng.random() < options.flip:
        canvas = canvas[:, ::-1]
        clipped[:, [0, 2]] = width - clipped[:, [2, 0]]
    return canvas, clipped[is_face], clipped[is_ignored]


def _offset(rng, low, high, window, extent):
    """Start of a window that holds [low, high] if it can, and does not leave the picture needlessly."""
    first, last = high - window, low
    if first > last:  # the face is larger than the window
        return (low + high - window) / 2
    start, stop = max(first, min(0, extent - window)), min(last, max(0, extent - window))
    return rng.uniform(start, stop) if start < stop else rng.uniform(first, last)


def photometric(image, rng):
    """Brightness, contrast and gamma as one table, then blur or noise at times."""
    levels = np.arange(256, dtype=np.float32) / 255
    if rng.random() < 0.5:
        levels = levels ** log_uniform(rng, 0.55, 1.8)
    contrast, brightness = log_uniform(rng, 0.5, 1.5), rng.uniform(-0.2, 0.2)
    table = np.clip(((levels - 0.5) * contrast + 0.5 + brightness) * 255, 0, 255).astype(np.uint8)
    image = cv2.LUT(np.ascontiguousarray(image), table)
    choice = rng.random()
    if choice < 0.12:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.1))
    elif choice < 0.2:
        kernel = np.zeros((5, 5), np.float32)
        if rng.random() < 0.5:
            kernel[2, :] = 0.2
        else:
            kernel[:, 2] = 0.2
        image = cv2.filter2D(image, -1, kernel)
    if rng.random() < 0.25:
        sigma = rng.uniform(2, 12)
        noise = cv2.randn(np.empty(image.shape, np.int16), 0, sigma)
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    return image
