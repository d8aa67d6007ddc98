"""Training views of labelled pictures: what is in them varies, what would betray their source does not."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from .augment import log_uniform, photometric
from .preprocess import FILL, resize


@dataclass(frozen=True)
class Views:
    square: float = 0.35  # share of views that fill the input; the others get the bars of a letterboxed frame
    aspects: tuple = (0.5, 2.0)  # width / height of what stands between the bars
    smallest_crop: float = 0.3  # share of the picture's area that a crop keeps at least
    past: float = 0.2  # share of the crops of pictures with known boxes that go past all of them
    smallest_past: float = 0.12  # share of the picture's area that such a crop keeps at least
    mosaic: float = 0.12  # share of views put together from four pictures
    paste: float = 0.2  # share of views with one picture pasted into another that shows nothing
    paste_sizes: tuple = (0.3, 0.75)  # of the view's side
    rotate: float = 0.25  # share of crops turned by up to 12 degrees
    flip: float = 0.5
    photometric: float = 0.65
    coarse: float = 0.15  # share seen at a lower resolution
    jpeg: float = 0.25
    cutout: float = 0.25


NOTHING, UNKNOWN, SOMETHING = 0, 127, 255  # what a view's cover says of a pixel
TRUSTED = 0.2  # score from which on a box is one; below, whether something is there is unknown
LEAST_BEST = 0.08  # of the best box of a picture that is known to show something
VISIBLE = 0.35  # share of a box that a crop must show to show something
SMALLEST_AREA = 0.004  # share of a view that something must cover at least for its label to count


def view(pick, pick_none, width, height, options: Views, rng):
    """One training view: pixels [height, width], its label and its cover [height, width], which says of every pixel whether
    something is there (NOTHING, SOMETHING or UNKNOWN). pick() gives a picture, pick_none() one of label 0.

    The label of a view is that of its pictures; of several, the largest (label 0 means that nothing is there). The view's
    aspect ratio and bars are drawn without regard to the picture, so that they say nothing about its source."""
    inner_w, inner_h = _inner_size(width, height, options, rng)
    kind = rng.random()
    if kind < options.mosaic:
        # Half of them show nothing at all; four free choices would nearly always show something.
        image, cover, label = _mosaic(pick_none if rng.random() < 0.5 else pick, inner_w, inner_h, options, rng)
    elif kind < options.mosaic + options.paste:
        image, cover, label = _paste(pick(), pick_none(), inner_w, inner_h, options, rng)
    else:
        image, cover, label = crop(pick(), inner_w, inner_h, options, rng)
    if rng.random() < options.flip:
        image, cover = image[:, ::-1], cover[:, ::-1]
    image = _degrade(image, options, rng)
    if (inner_w, inner_h) == (width, height):
        return image, label, cover
    canvas, covered = np.full((height, width), FILL, np.uint8), np.full((height, width), NOTHING, np.uint8)
    x, y = (width - inner_w) // 2, (height - inner_h) // 2
    canvas[y : y + inner_h, x : x + inner_w] = image
    covered[y : y + inner_h, x : x + inner_w] = cover
    return canvas, label, covered


def _inner_size(width, height, options, rng):
    if rng.random() < options.square:
        return width, height
    aspect = log_uniform(rng, *options.aspects) * height / width
    return (width, max(8, round(height / aspect))) if aspect > 1 else (max(8, round(width * aspect)), height)


def _degrade(image, options, rng):
    height, width = image.shape
    if rng.random() < options.coarse:
        factor = rng.uniform(0.45, 0.9)
        small = cv2.resize(image, (max(8, round(width * factor)), max(8, round(height * factor))), interpolation=cv2.INTER_AREA)
        image = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < options.photometric:
        image = photometric(image, rng)
    if rng.random() < options.jpeg:
        _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 85))])
        image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    if rng.random() < options.cutout:
        image = _cutout(np.array(image), rng)
    return image


def _mosaic(pick, width, height, options, rng):
    split_x, split_y = (int(n * rng.uniform(0.35, 0.65)) for n in (width, height))
    canvas, cover, label = np.empty((height, width), np.uint8), np.empty((height, width), np.uint8), 0
    for x0, x1 in ((0, split_x), (split_x, width)):
        for y0, y1 in ((0, split_y), (split_y, height)):
            picture = pick()
            canvas[y0:y1, x0:x1], cover[y0:y1, x0:x1], seen = crop(picture, x1 - x0, y1 - y0, options, rng)
            if picture.box_area and picture.box_area * (x1 - x0) * (y1 - y0) < SMALLEST_AREA * width * height:
                continue  # too small to be distinguished from an empty view
            label = max(label, seen)
    return canvas, cover, label


def _paste(picture, background, width, height, options, rng):
    """Something far away: the picture, small and with soft edges, somewhere in another one. Pictures of label 0 are pasted
    as well, so that a seam means nothing."""
    side = rng.uniform(*options.paste_sizes)
    if picture.box_area:
        side = max(side, min(0.9, math.sqrt(SMALLEST_AREA / picture.box_area)))
    aspect = log_uniform(rng, 0.6, 1.6)
    w, h = (min(full, max(8, round(full * side * factor))) for full, factor in ((width, aspect**0.5), (height, aspect**-0.5)))
    canvas, cover, _ = crop(background, width, height, options, rng)
    x, y = int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1))
    soft = rng.uniform(0.02, 0.2) * min(w, h)
    ramps = [np.minimum(1, (np.minimum(np.arange(n), np.arange(n)[::-1]) + 1) / max(soft, 1)) for n in (w, h)]
    mask = np.outer(ramps[1], ramps[0]).astype(np.float32)
    part, cover[y : y + h, x : x + w], label = crop(picture, w, h, options, rng)
    below = canvas[y : y + h, x : x + w]
    canvas[y : y + h, x : x + w] = (below + (part.astype(np.float32) - below) * mask + 0.5).astype(np.uint8)
    return canvas, cover, label


def crop(picture, width, height, options, rng):
    """A crop of the picture squeezed into width x height: pixels, cover and label. Where something is in it, but not where,
    the crop keeps enough of the picture that it is rarely lost: the smaller the thing, the more. Where its boxes are known,
    the crop goes around one of them or, now and then, past all of them, and shows nothing then."""
    boxes = _trusted(picture)
    x, y, w, h, label = _window(picture, width, height, options, rng) if boxes is None else \
        _window_by_boxes(picture, boxes, width, height, options, rng)
    part = picture.pixels[y : y + h, x : x + w]
    cover = np.full((h, w), UNKNOWN if picture.label and boxes is None else NOTHING, np.uint8)
    for box in () if boxes is None else sorted(boxes, key=lambda b: b[4] >= 0):  # doubtful ones first, the others over them
        x1, y1, x2, y2 = (int(round(v)) for v in box[:4] - [x, y, x, y])
        cover[max(0, y1) : max(0, y2), max(0, x1) : max(0, x2)] = SOMETHING if box[4] >= 0 else UNKNOWN
    if rng.random() < options.rotate:
        turn = cv2.getRotationMatrix2D((w / 2, h / 2), rng.uniform(-12, 12), 1.0)
        part = cv2.warpAffine(part, turn, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        cover = cv2.warpAffine(cover, turn, (w, h), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101)
    return resize(part, width, height), cv2.resize(cover, (width, height), interpolation=cv2.INTER_NEAREST), label


def _trusted(picture):
    """Boxes with a score of -1 for those in doubt; None where nothing is known. A picture of a label has at least one such
    thing in it, so the best box needs less of a score than the others."""
    if picture.boxes is None or not len(picture.boxes):
        return None
    best = picture.boxes[:, 4].max()
    if best < LEAST_BEST:
        return None
    boxes = picture.boxes.copy()
    boxes[boxes[:, 4] < min(TRUSTED, best), 4] = -1
    return boxes


def _window(picture, width, height, options, rng, least=None):
    rows, cols = picture.pixels.shape
    if least is None:
        least = options.smallest_crop
        if picture.label:
            least = max(least, 1 - 0.8 * math.sqrt(picture.box_area or 0.1))
    share = rng.uniform(least, 1)
    # Between the shape of the target (nothing is squeezed) and that of the picture (nothing is cut off).
    own, wanted = cols / rows, width / height
    aspect = wanted * (own / wanted) ** rng.random() * math.exp(rng.normal(0, 0.1))
    area = share * rows * cols
    w, h = min(cols, max(8, math.sqrt(area * aspect))), min(rows, max(8, math.sqrt(area / aspect)))
    if picture.label:  # the shape may not cut away the person
        w, h = max(w, cols * math.sqrt(least) * 0.9), max(h, rows * math.sqrt(least) * 0.9)
    w, h = int(w), int(h)
    x, y = (int(round(rng.beta(1.5, 1.5) * free)) for free in (cols - w, rows - h))
    return x, y, w, h, picture.label


def _window_by_boxes(picture, boxes, width, height, options, rng):
    """Windows are drawn until one shows clearly something, or clearly nothing where that is wanted."""
    past = rng.random() < options.past
    for _ in range(10):
        x, y, w, h, _ = _window(picture, width, height, options, rng, options.smallest_past if past else options.smallest_crop)
        shown = np.maximum(0, np.minimum(boxes[:, 2:4], [x + w, y + h]) - np.maximum(boxes[:, :2], [x, y])).prod(1)
        whole = (boxes[:, 2:4] - boxes[:, :2]).prod(1)
        sure = (boxes[:, 4] >= 0) & (shown >= VISIBLE * whole) & (shown >= SMALLEST_AREA * w * h)
        if past and not ((shown > 0.02 * whole) | (shown > SMALLEST_AREA * w * h)).any():
            return x, y, w, h, 0
        if not past and sure.any():
            return x, y, w, h, picture.label
    return 0, 0, picture.pixels.shape[1], picture.pixels.shape[0], picture.label


def _cutout(image, rng):
    height, width = image.shape
    w, h = (int(n * rng.uniform(0.08, 0.3)) for n in (width, height))
    x, y = int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1))
    image[y : y + h, x : x + w] = rng.integers(0, 256) if rng.random() < 0.5 else rng.integers(0, 256, (h, w), np.uint8)
    return image
