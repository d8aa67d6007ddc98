"""Training crops: a face is picked, a size for it is drawn, and a window is cut around it (S3FD's scale choice)."""

import math
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from .anchors import areas, intersections
from .conditions import Conditions, cover, log_uniform, turned
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
    fill: float = 0.0  # least size of a picture, as a share of the size at which it would just fit into its window
    flip: float = 0.5
    photometric: float = 0.8
    smallest_side: float = 4.0  # px; smaller faces are ignored
    visible: float = 0.5  # of a face's area; less is ignored
    tilt: float = 0.0  # share of crops that are turned by up to largest_tilt
    largest_tilt: float = 48.0  # degrees
    cut: float = 0.0  # share of crops in which an edge of the picture cuts the face, the upper one in half of them
    largest_cut: float = 0.52  # of the face's width or height
    conditions: Conditions = field(default_factory=Conditions)

    def __post_init__(self):
        if isinstance(self.conditions, dict):
            values = {k: tuple(v) if isinstance(v, list) else v for k, v in self.conditions.items()}
            object.__setattr__(self, "conditions", Conditions(**values))


def window(pick, width, height, natural_size, options: Augmentation, rng):
    """One training window of width x height: pixels, faces [n, 4] and ignored boxes [m, 4] as corners in the window.

    pick() gives a sample; natural_size is the (width, height) of the network's input, which decides what the natural
    scale of a picture is. A mosaic fills the window with four pictures, for more small faces per crop."""
    condition = options.conditions.draw(rng)
    if condition is None and rng.random() < options.mosaic:
        split_x, split_y = (int(n * rng.uniform(0.35, 0.65)) for n in (width, height))
        canvas, parts = np.empty((height, width), np.uint8), []
        for x0, x1 in ((0, split_x), (split_x, width)):
            for y0, y1 in ((0, split_y), (split_y, height)):
                part = _crop(pick(), x1 - x0, y1 - y0, natural_size, options, rng, options.mosaic_sizes)
                canvas[y0:y1, x0:x1] = part[0]
                parts.append([b + np.float32([x0, y0, x0, y0]) for b in part[1:3]])
        faces, ignored = (np.concatenate(b) for b in zip(*parts))
        filled = (0, 0, width, height)
    else:
        sizes = options.conditions.sizes if condition else None
        if rng.random() < options.tilt:
            canvas, faces, ignored, filled = _tilted(pick(), width, height, natural_size, options, rng, sizes)
        else:
            canvas, faces, ignored, filled = _crop(pick(), width, height, natural_size, options, rng, sizes)
    x0, y0, x1, y1 = filled
    if x1 - x0 < 8 or y1 - y0 < 8:
        return canvas, faces, ignored
    # The light is that of the picture: the bars of a letterbox keep their grey.
    picture, moved = np.ascontiguousarray(canvas[y0:y1, x0:x1]), faces - np.float32([x0, y0, x0, y0])
    if rng.random() < options.conditions.covered:
        cover(picture, moved, rng)
    if condition:
        picture, smallest = condition(picture, moved, rng)
        seen = np.minimum(faces[:, 2] - faces[:, 0], faces[:, 3] - faces[:, 1]) >= smallest
        faces, ignored = faces[seen], np.concatenate([ignored, faces[~seen]])
    elif rng.random() < options.photometric:
        picture = photometric(picture, rng)
    canvas = np.ascontiguousarray(canvas)
    canvas[y0:y1, x0:x1] = picture
    return canvas, faces, ignored


def _tilted(sample, width, height, natural_size, options, rng, sizes):
    """A crop that is turned: cut from a larger upright one."""
    degrees = rng.uniform(-1, 1) * options.largest_tilt
    t = math.radians(abs(degrees))
    wide, high = (math.ceil(a * math.cos(t) + b * math.sin(t)) for a, b in ((width, height), (height, width)))
    upright, *boxes, _ = _crop(sample, wide, high, natural_size, options, rng, sizes)
    matrix = cv2.getRotationMatrix2D((wide / 2 - 0.5, high / 2 - 0.5), degrees, 1.0)
    matrix[:, 2] += (width - wide) / 2, (height - high) / 2
    canvas = cv2.warpAffine(upright, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=FILL)
    faces, ignored = (turned(b, degrees, wide, high, width, height) for b in boxes)
    share = _inside(faces, width, height)
    lost = faces[(share < options.visible) & (share > 0.05)]
    ignored = np.concatenate([ignored[_inside(ignored, width, height) > 0.05], lost])
    faces, ignored = (np.clip(b, 0, [width, height] * 2).astype(np.float32) for b in (faces[share >= options.visible], ignored))
    return canvas, faces, ignored, (0, 0, width, height)


def _inside(boxes, width, height):
    """Share [n] of every box's area that lies in the window."""
    return intersections(boxes, np.array([[0, 0, width, height]], np.float32))[:, 0] / np.maximum(areas(boxes), 1e-6)


def _cut(sample, focus, options, rng):
    """The part of a sample's picture that remains when one of its edges runs through the face `focus`, or None if that is too little."""
    x0, y0, x1, y1 = (float(v) for v in sample.boxes[focus])
    part, side = rng.uniform(0.2, options.largest_cut), rng.choice(4, p=(0.5, 0.14, 0.18, 0.18))
    left, top, right, bottom = 0, 0, sample.width, sample.height
    if side == 0:
        top = int(round(y0 + part * (y1 - y0)))
    elif side == 1:
        bottom = int(round(y1 - part * (y1 - y0)))
    elif side == 2:
        left = int(round(x0 + part * (x1 - x0)))
    else:
        right = int(round(x1 - part * (x1 - x0)))
    width, height = right - left, bottom - top
    if width < 40 or height < 40:
        return None
    boxes = sample.boxes - np.float32([left, top, left, top])
    share = _inside(boxes, width, height)
    remains = share > 0.05
    remains[focus] = True
    return replace(sample, width=width, height=height, boxes=np.clip(boxes, 0, [width, height] * 2).astype(np.float32)[remains],
                   ignore=(sample.ignore | (share < 1 - options.largest_cut))[remains],
                   pixels=sample.pixels[top:bottom, left:right]), int(np.count_nonzero(remains[:focus]))


def _crop(sample, width, height, natural_size, options, rng, sizes=None):
    """Pixels, faces, ignored boxes, and the corners of the part of the crop that the picture fills."""
    faces = np.flatnonzero(~sample.ignore)
    chosen = int(rng.choice(faces)) if len(faces) else None
    if chosen is not None and sizes is not options.mosaic_sizes and rng.random() < options.cut:
        sample, chosen = _cut(sample, chosen, options, rng) or (sample, chosen)
    natural = min(natural_size[0] / sample.width, natural_size[1] / sample.height)
    focus = None if chosen is None else sample.boxes[chosen]
    if focus is None or (sizes is None and rng.random() < options.natural):
        scale = natural * log_uniform(rng, 0.7, 1.4)
    else:
        sizes = sizes or (options.small_sizes if rng.random() < options.small else options.large_sizes)
        scale = log_uniform(rng, *sizes) / math.sqrt(max(float(areas(focus)), 1.0))
    fit = min(width / sample.width, height / sample.height)
    scale = min(max(scale, options.scales[0], 24 / max(sample.width, sample.height), options.fill * fit), options.scales[1])
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
    filled = (0, 0, 0, 0)
    if x1 > x0 and y1 > y0:
        sx0, sy0 = int(x0 / across), int(y0 / down)
        sx1, sy1 = min(sample.width, math.ceil(x1 / across)), min(sample.height, math.ceil(y1 / down))
        piece_w, piece_h = max(1, round((sx1 - sx0) * across)), max(1, round((sy1 - sy0) * down))
        piece = resize(sample.pixels[sy0:sy1, sx0:sx1], piece_w, piece_h)
        px, py = min(max(0, round(x0 - sx0 * across)), max(0, piece_w - 1)), min(max(0, round(y0 - sy0 * down)), max(0, piece_h - 1))
        part = piece[py : py + (y1 - y0), px : px + (x1 - x0)]
        canvas[y0 - top : y0 - top + part.shape[0], x0 - left : x0 - left + part.shape[1]] = part
        filled = (x0 - left, y0 - top, x0 - left + part.shape[1], y0 - top + part.shape[0])
        # The piece's own rounding moves its content by part of a pixel; the boxes follow it.
        shift_x, shift_y = (x0 - px) - sx0 * across, (y0 - py) - sy0 * down

    boxes = sample.boxes * np.array([across, down, across, down], np.float32)
    boxes = boxes + np.array([shift_x - left, shift_y - top] * 2, np.float32)
    share = _inside(boxes, width, height)
    clipped = np.clip(boxes, 0, [width, height, width, height]).astype(np.float32)
    side = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    is_face = ~sample.ignore & (share >= options.visible) & (side >= options.smallest_side)
    is_ignored = ~is_face & (share > 0.05)

    if rng.random() < options.flip:
        canvas = canvas[:, ::-1]
        clipped[:, [0, 2]] = width - clipped[:, [2, 0]]
        filled = (width - filled[2], filled[1], width - filled[0], filled[3])
    return canvas, clipped[is_face], clipped[is_ignored], filled


def _offset(rng, low, high, window, extent):
    """Start of a window that holds [low, high] if it can, and does not leave the picture needlessly."""
    first, last = high - window, low
    if first > last:  # the face is larger than the window
        return (low + high - window) / 2
    start, stop = max(first, min(0, extent - window)), min(last, max(0, extent - window))
    return rng.uniform(start, stop) if start <= stop else rng.uniform(first, last)


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
