"""Conditions that a camera on a wall meets: darkness with sensor noise, shadow and light from behind, blur, JPEG, fog, covered faces.

A condition changes the grey levels of a picture in place of its boxes. It returns the picture and the smallest side, in pixels, that a face
needs to remain recognisable in it; smaller faces are neither face nor background.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Conditions:
    """How often each condition is drawn, relative to the others, and the share of crops that get one."""

    share: float = 0.0  # of crops
    sizes: tuple = (14.0, 120.0)  # px of the face that such a crop is made around: faces of a few pixels do not survive darkness
    covered: float = 0.0  # share of all crops in which some faces get sunglasses, a mask, a cap or a hand
    dark: float = 3.0
    night: float = 3.0
    gamma: float = 1.0
    bright: float = 1.0
    fog: float = 1.0
    shadow: float = 2.5
    backlight: float = 1.0
    blur: float = 1.5
    motion: float = 1.5
    jpeg: float = 1.5

    def draw(self, rng):
        """One of the conditions, or None."""
        if rng.random() >= self.share:
            return None
        weights = np.array([getattr(self, name) for name in CONDITIONS])
        return list(CONDITIONS.values())[int(rng.choice(len(weights), p=weights / weights.sum()))]


def log_uniform(rng, low, high):
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def _levels(image, function):
    """Applies a function of the levels 0 to 255 as a table."""
    return cv2.LUT(np.ascontiguousarray(image), np.clip(function(np.arange(256, dtype=np.float32)), 0, 255).astype(np.uint8))


def _noise(image, sigma, rng, soft=0.0):
    """Adds Gaussian noise; `soft` blurs it first, as where a sensor has more pixels than the picture, and keeps its deviation."""
    noise = cv2.randn(np.empty(image.shape, np.float32), 0, sigma)
    if soft > 0:
        noise = cv2.GaussianBlur(noise, (0, 0), soft) * (2 * soft * math.sqrt(math.pi))
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def dark(image, boxes, rng):
    gain = log_uniform(rng, 0.06, 0.4)
    image = _levels(image, lambda v: v * gain)
    if rng.random() < 0.5:
        image = _noise(image, rng.uniform(0.3, 2.5) * min(1.0, gain * 5), rng)
    return image, 10.0


def night(image, boxes, rng):
    """Little light: the noise of the sensor beside a weak picture, or amplified with it."""
    gain = log_uniform(rng, 0.15, 1.0)
    sigma = rng.uniform(10, 36)  # at full gain
    image = _levels(image, lambda v: v * gain)
    return _noise(image, sigma * gain, rng, rng.choice([0.0, 0.5])), 10.0 + 0.3 * sigma


def gamma(image, boxes, rng):
    power = log_uniform(rng, 1.6, 3.2) if rng.random() < 0.7 else log_uniform(rng, 0.3, 0.6)
    return _levels(image, lambda v: 255 * (v / 255) ** power), 8.0


def bright(image, boxes, rng):
    gain = rng.uniform(1.3, 2.6)
    return _levels(image, lambda v: v * gain), 8.0


def fog(image, boxes, rng):
    contrast, level = rng.uniform(0.15, 0.5), rng.uniform(30, 190)
    image = _levels(image, lambda v: v * contrast + level)
    return (_noise(image, rng.uniform(0.5, 3), rng) if rng.random() < 0.3 else image), 10.0


def _shade(image, mask, low, high):
    """Multiplies the picture by `low` where the mask is 0 and by `high` where it is 1."""
    return np.clip(image * (low + (high - low) * mask), 0, 255).astype(np.uint8)


def shadow(image, boxes, rng):
    """An edge between light and shadow, through a face where there is one: over the whole picture, or over the face alone."""
    height, width = image.shape
    low = rng.uniform(0.1, 0.45)
    softness = log_uniform(rng, 0.4, 12)
    if len(boxes) and rng.random() < 0.5:
        mask = np.ones(image.shape, np.float32)
        for x0, y0, x1, y1 in boxes:
            w, h, part = x1 - x0, y1 - y0, rng.uniform(0.35, 0.65)
            box = [x0 - 0.3 * w, y0 - 0.3 * h, x1 + 0.3 * w, y1 + 0.3 * h]
            side = rng.integers(0, 3)
            box[(0, 2, 3)[side]] = (x0 + part * w, x0 + part * w, y0 + part * h)[side]
            a, b, c, d = (int(v) for v in np.clip(box, 0, [width, height] * 2))
            mask[b:d, a:c] = 0
        if softness > 1:
            mask = cv2.GaussianBlur(mask, (0, 0), softness / 4)
    else:
        angle = rng.uniform(0, 2 * math.pi)
        x, y = width * rng.uniform(0.2, 0.8), height * rng.uniform(0.2, 0.8)
        if len(boxes):
            x0, y0, x1, y1 = boxes[rng.integers(len(boxes))]
            x, y = x0 + (x1 - x0) * rng.uniform(0.3, 0.7), y0 + (y1 - y0) * rng.uniform(0.3, 0.7)
        across = (np.arange(width, dtype=np.float32) - x) * math.cos(angle)
        down = (np.arange(height, dtype=np.float32) - y) * math.sin(angle)
        mask = np.clip((across + down[:, None]) / softness + 0.5, 0, 1)
    return _shade(image, mask, low, 1.0), 10.0


def backlight(image, boxes, rng):
    """People dark in front of a bright background."""
    mask = np.zeros(image.shape, np.uint8)
    for x0, y0, x1, y1 in boxes:
        w, h = x1 - x0, y1 - y0
        cv2.ellipse(mask, (int((x0 + x1) / 2), int((y0 + y1) / 2)), (int(0.85 * w) + 1, int(0.8 * h) + 1), 0, 0, 360, 255, -1)
        cv2.rectangle(mask, (int(x0 - w), int(y1)), (int(x1 + w), image.shape[0]), 255, -1)
    people = cv2.GaussianBlur(mask, (0, 0), rng.uniform(1, 4)).astype(np.float32) / 255
    front, behind, glare = rng.uniform(0.15, 0.5), rng.uniform(0.2, 0.7), rng.uniform(60, 180)
    return np.clip(image * (front * people + behind * (1 - people)) + glare * (1 - people), 0, 255).astype(np.uint8), 10.0


def blur(image, boxes, rng):
    sigma = log_uniform(rng, 0.8, 3.6)
    return cv2.GaussianBlur(image, (0, 0), sigma), 6.0 * sigma


def motion(image, boxes, rng):
    length = rng.uniform(4, 15)
    angle = 0.0 if rng.random() < 0.5 else rng.uniform(0, math.pi)
    half = int(length / 2) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    step = np.linspace(-length / 2, length / 2, 4 * half + 1)
    np.add.at(kernel, (np.round(half + step * math.sin(angle)).astype(int), np.round(half + step * math.cos(angle)).astype(int)), 1)
    return cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT), 1.6 * length


def jpeg(image, boxes, rng):
    quality = int(rng.integers(4, 41))
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), 12.0 if quality < 12 else 8.0


CONDITIONS = {f.__name__: f for f in (dark, night, gamma, bright, fog, shadow, backlight, blur, motion, jpeg)}


def cover(image, boxes, rng, smallest=12.0):
    """Paints sunglasses, a mask, a cap or a hand onto about half of the faces, in place."""
    for x0, y0, x1, y1 in boxes:
        w, h = x1 - x0, y1 - y0
        if min(w, h) < smallest or rng.random() < 0.5:
            continue
        what = rng.random()

        def point(across, down):
            return int(x0 + across * w), int(y0 + down * h)

        if what < 0.45 or what > 0.9:
            level, eyes = int(rng.integers(0, 60)), rng.uniform(0.34, 0.44)
            for c in (0.3, 0.7):
                cv2.ellipse(image, point(c, eyes), (max(1, int(w * rng.uniform(0.14, 0.21))), max(1, int(h * rng.uniform(0.07, 0.12)))),
                            0, 0, 360, level, -1)
            cv2.line(image, point(0, eyes - 0.02), point(1, eyes - 0.02), level, max(1, int(h * 0.03)))
        if 0.35 < what < 0.65 or what > 0.9:
            top = rng.uniform(0.48, 0.6)
            outline = [(0.03, top), (0.5, top - 0.08), (0.97, top), (0.9, 0.9), (0.5, 1.03), (0.1, 0.9)]
            level = int(rng.choice([rng.integers(5, 60), rng.integers(120, 250)]))
            cv2.fillPoly(image, [np.array([point(*p) for p in outline], np.int32)], level)
        elif 0.65 <= what < 0.8:  # a cap down to the brows
            cv2.ellipse(image, point(0.5, 0.27), (max(1, int(0.58 * w)), max(1, int(0.5 * h))), 0, 180, 360, int(rng.integers(5, 200)), -1)
        elif 0.8 <= what <= 0.9:  # a hand or a sheet before the lower half
            cv2.rectangle(image, point(rng.uniform(-0.1, 0.1), rng.uniform(0.5, 0.6)), point(rng.uniform(0.9, 1.1), 1.1),
                          int(rng.integers(30, 220)), -1)
    return image


def turned(boxes, degrees, width, height, new_width, new_height):
    """Boxes [n, 4] after the picture was turned by `degrees` about its centre: each bounds the ellipse that its old one held."""
    t = math.radians(degrees)
    cos, sin = math.cos(t), math.sin(t)
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2 - [width / 2, height / 2]
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    x = new_width / 2 + centre[:, 0] * cos + centre[:, 1] * sin
    y = new_height / 2 - centre[:, 0] * sin + centre[:, 1] * cos
    across, down = np.hypot(half[:, 0] * cos, half[:, 1] * sin), np.hypot(half[:, 0] * sin, half[:, 1] * cos)
    return np.stack([x - across, y - down, x + across, y + down], 1).astype(np.float32)
