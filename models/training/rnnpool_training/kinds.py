"""Recall of a face detector by kind of picture: python3 -m rnnpool_training.kinds --model ../face-qvga FACES/val.csv --free PERSONS/val.csv

Every kind is made from the same pictures of val: those with one to six faces, all at least 30 px high in 320x240. Only the kind differs
between two rows of the table. False boxes are counted in pictures that are labelled as without persons.
"""

import argparse
import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from .arch import ArchError
from .conditions import turned
from .data import DataError, load_pixels, read_annotations
from .evaluate import evaluate, run_network
from .labelled import without_labels

from .safetensors import SafetensorsError

SMALLEST, MOST, CLOSE = 30.0, 6, 60.0  # px in 320x240, faces a picture, px of a face that is cropped to a frame
WALL = 114  # grey around turned and cropped pictures


def base(samples, count=220):
    """The pictures that all kinds are made from."""
    chosen = []
    for s in samples:
        heights = (s.boxes[:, 3] - s.boxes[:, 1])[~s.ignore] * min(320 / s.width, 240 / s.height)
        if 1 <= len(heights) <= MOST and heights.min() >= SMALLEST:
            chosen.append(s)
    return [chosen[i] for i in np.random.default_rng(5).permutation(len(chosen))[:count]]


def _changed(sample, pixels, boxes=None):
    pixels = np.clip(pixels, 0, 255).astype(np.uint8) if pixels.dtype != np.uint8 else np.ascontiguousarray(pixels)
    return replace(sample, width=pixels.shape[1], height=pixels.shape[0], pixels=pixels,
                   boxes=sample.boxes if boxes is None else np.asarray(boxes, np.float32).reshape(-1, 4))


def levels(function):
    """A kind that changes grey levels: function(float picture, noise generator)."""
    return lambda s, rng: _changed(s, function(s.pixels.astype(np.float32), rng))


def tilt(degrees):
    def kind(s, rng):
        t = math.radians(degrees)
        cos, sin = abs(math.cos(t)), abs(math.sin(t))
        width, height = math.ceil(s.width * cos + s.height * sin), math.ceil(s.width * sin + s.height * cos)
        matrix = cv2.getRotationMatrix2D((s.width / 2 - 0.5, s.height / 2 - 0.5), degrees, 1.0)
        matrix[:, 2] += (width - s.width) / 2, (height - s.height) / 2
        pixels = cv2.warpAffine(s.pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=WALL)
        return _changed(s, pixels, turned(s.boxes, degrees, s.width, s.height, width, height))

    return kind


def mirrored(s, rng):
    return _changed(s, s.pixels[:, ::-1], np.stack([s.width - s.boxes[:, 2], s.boxes[:, 1], s.width - s.boxes[:, 0], s.boxes[:, 3]], 1))


def quarter(turns):
    """Turned counterclockwise by 90 degrees, so many times."""
    def kind(s, rng):
        for _ in range(turns):
            x0, y0, x1, y1 = s.boxes.T
            s = _changed(s, np.rot90(s.pixels), np.stack([y0, s.width - x1, y1, s.width - x0], 1))
        return s

    return kind


def backlit(s, rng):
    mask = np.zeros(s.pixels.shape, np.uint8)
    for x0, y0, x1, y1 in s.boxes:
        w, h = x1 - x0, y1 - y0
        cv2.ellipse(mask, (int((x0 + x1) / 2), int(y0 + 0.425 * h)), (int(0.85 * w), int(0.775 * h)), 0, 0, 360, 255, -1)
        cv2.rectangle(mask, (int(x0 - w), int(y1 + 0.05 * h)), (int(x1 + w), s.height), 255, -1)
    front = cv2.GaussianBlur(mask, (0, 0), 4).astype(np.float32) / 255
    return _changed(s, s.pixels * 0.22 * front + (s.pixels * 0.35 + 165) * (1 - front))


def half_shadow(s, rng):
    pixels = s.pixels.astype(np.float32)
    for x0, y0, x1, y1 in s.boxes:
        w, h = x1 - x0, y1 - y0
        a, b, c, d = (int(v) for v in np.clip((x0 - 0.2 * w, y0 - 0.2 * h, (x0 + x1) / 2, y1 + 0.2 * h), 0, [s.width, s.height] * 2))
        pixels[b:d, a:c] *= 0.15
    return _changed(s, pixels)


def blurred(sigma):
    return lambda s, rng: _changed(s, cv2.GaussianBlur(s.pixels, (0, 0), sigma))


def motion(length):
    return lambda s, rng: _changed(s, cv2.blur(s.pixels, (length, 1)))


def jpeg(quality):
    def kind(s, rng):
        return _changed(s, cv2.imdecode(cv2.imencode(".jpg", s.pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE))

    return kind


def scaled(across, down, interpolation):
    def kind(s, rng):
        size = int(s.width * across), int(s.height * down)
        return _changed(s, cv2.resize(s.pixels, size, interpolation=interpolation), s.boxes * [across, down, across, down])

    return kind


def _paint(function):
    """A kind that paints onto every face: function(picture, place) where place(across, down) is a point in shares of the box."""
    def kind(s, rng):
        pixels = s.pixels.copy()
        for x0, y0, x1, y1 in s.boxes:
            w, h = x1 - x0, y1 - y0
            function(pixels, lambda across, down: (int(x0 + across * w), int(y0 + down * h)), w, h)
        return _changed(s, pixels)

    return kind


def sunglasses(pixels, place, w, h):
    for c in (0.30, 0.70):
        cv2.ellipse(pixels, place(c, 0.395), (max(1, int(0.19 * w)), max(1, int(0.105 * h))), 0, 0, 360, 12, -1)
    cv2.line(pixels, place(0, 0.36), place(1, 0.36), 12, max(1, int(0.03 * h)))


def mask(level):
    corners = ((0.04, 0.55), (0.5, 0.47), (0.96, 0.55), (0.88, 0.92), (0.5, 1.02), (0.12, 0.92))
    return lambda pixels, place, w, h: cv2.fillPoly(pixels, [np.array([place(*c) for c in corners], np.int32)], level)


def cap(pixels, place, w, h):
    cv2.ellipse(pixels, place(0.5, 0.25), (int(0.58 * w), int(0.5 * h)), 0, 180, 360, 30, -1)


def _part(s, x0, y0, x1, y1, face):
    """A cutout, over the picture's borders too, with one face; None where too little of the face is left."""
    x0, y0, x1, y1 = (int(round(float(v))) for v in (x0, y0, x1, y1))
    if x1 - x0 < 40 or y1 - y0 < 40:
        return None
    pixels = np.full((y1 - y0, x1 - x0), WALL, np.uint8)
    a, b, c, d = max(0, x0), max(0, y0), min(s.width, x1), min(s.height, y1)
    pixels[b - y0 : d - y0, a - x0 : c - x0] = s.pixels[b:d, a:c]
    box = np.clip(face - [x0, y0, x0, y0], 0, [x1 - x0, y1 - y0] * 2)
    return _changed(replace(s, ignore=np.zeros(1, bool)), pixels, box)


def frame(share):
    """A 640x480 frame whose height the face fills to this share."""
    def kind(s, face):
        height = (face[3] - face[1]) / share
        x, y = (face[0] + face[2]) / 2, (face[1] + face[3]) / 2
        part = _part(s, x - height * 2 / 3, y - height / 2, x + height * 2 / 3, y + height / 2, face)
        return part and scaled(640 / part.width, 480 / part.height, cv2.INTER_CUBIC)(part, None)

    return kind


def cut(side, share):
    """The frame's edge takes this share of the face; other faces that remain count neither way."""
    def kind(s, face):
        w, h = face[2] - face[0], face[3] - face[1]
        x0, y0, x1, y1 = 0, 0, s.width, s.height
        if side == "top":
            y0 = face[1] + share * h
        elif side == "bottom":
            y1 = face[3] - share * h
        elif side == "left":
            x0 = face[0] + share * w
        else:
            x1 = face[2] - share * w
        return _part(s, x0, y0, x1, y1, face)

    return kind


KINDS = {
    "as they are": levels(lambda p, rng: p), "mirrored": mirrored, "turned by 90°": quarter(1), "turned by 270°": quarter(3),
    "upside down": quarter(2),
    "head tilted 15°": tilt(15), "head tilted 30°": tilt(30), "head tilted 45°": tilt(45),
    "dark, x0.25": levels(lambda p, rng: p * 0.25), "dark, x0.1": levels(lambda p, rng: p * 0.1),
    "dark, x0.2, noise 8": levels(lambda p, rng: p * 0.2 + rng.normal(0, 8, p.shape)),
    "night noise 30": levels(lambda p, rng: p + rng.normal(0, 30, p.shape)),
    "overexposed, x2.2": levels(lambda p, rng: p * 2.2), "fog": levels(lambda p, rng: p * 0.25 + 150),
    "limited range": levels(lambda p, rng: 16 + p * 219 / 255), "gamma 2.5": levels(lambda p, rng: 255 * (p / 255) ** 2.5),
    "light from behind": backlit, "half the face in shadow": half_shadow, "blur, 2 px": blurred(2), "blur, 4 px": blurred(4),
    "motion blur, 15 px": motion(15), "JPEG 5": jpeg(5), "JPEG 20": jpeg(20), "four times as large, soft": scaled(4, 4, cv2.INTER_CUBIC),
    "stretched to 16:9": scaled(4 / 3, 1, cv2.INTER_LINEAR), "sunglasses": _paint(sunglasses), "white mask": _paint(mask(225)),
    "black mask": _paint(mask(15)), "mask and sunglasses": _paint(lambda *a: (mask(225)(*a), sunglasses(*a))),
    "cap over the brows": _paint(cap),
    "hand over the lower half": _paint(lambda p, place, w, h: cv2.rectangle(p, place(0, 0.5), place(1, 1.1), 140, -1)),
}
CLOSE_KINDS = {
    **{f"face is {share:.0%} of the frame": frame(share) for share in (0.25, 0.5, 0.7, 0.9)},
    **{f"{side} edge cuts {share:.0%}": cut(side, share) for side in ("top", "bottom", "left", "right") for share in (0.3, 0.5)},
}
FREE = {"pictures without persons": None, "grocery shelves": ("grocery",), "cats and dogs": ("animals_catdog", "animals_voc")}


def variants(samples):
    """(kind, pictures of it) for every kind."""
    chosen = base(samples)
    for name, kind in KINDS.items():
        rng = np.random.default_rng(5)
        yield name, [kind(s, rng) for s in chosen]
    for name, kind in CLOSE_KINDS.items():
        made = (kind(s, box) for s in chosen for box, ignored in zip(s.boxes, s.ignore) if not ignored and box[3] - box[1] >= CLOSE)
        yield name, [m for m in made if m]


def recall(results, samples, threshold):
    """Share of the faces that a box of at least this score finds, and false boxes beside all faces, ignored ones too, per picture."""
    found = evaluate(samples, [(scores[scores >= threshold], boxes[scores >= threshold]) for scores, boxes in results])
    hits = int(found.hits.sum())
    return hits / max(1, found.faces), (len(found.hits) - hits) / len(samples)


def measure(arch, network, faces, free=(), threshold=None):
    """Rows for JSON: kind, pictures, faces, recall and false boxes per picture at the working threshold."""
    threshold = arch.detection["scoreThreshold"] if threshold is None else threshold
    samples = [s for path in faces for s in read_annotations(path)]
    load_pixels(samples)
    rows = []
    for name, made in variants(samples):
        share, false = recall(run_network(network, arch, made, threshold), made, threshold)
        rows.append({"kind": name, "pictures": len(made), "faces": int(sum((~s.ignore).sum() for s in made)), "recall": round(share, 4),
                     "false": round(false, 4) if name in KINDS else None})  # close-ups may hold faces whose boxes are gone
    pictures = without_labels(free)
    for name, sources in FREE.items():
        made = [s for s in pictures if sources is None or s.source in sources]
        if made:
            found = sum(len(scores) for scores, _ in run_network(network, arch, made, threshold))
            rows.append({"kind": name, "pictures": len(made), "faces": 0, "recall": None, "false": round(found / len(made), 4)})
    return rows


def markdown(rows) -> str:
    lines = ["| kind | faces | recall | false boxes per picture |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {r['kind']} | {r['faces'] or '-'} | {'-' if r['recall'] is None else format(r['recall'], '.2f')} | "
                              f"{'-' if r['false'] is None else format(r['false'], '.2f')} |"
                              for r in rows])


BEGIN, END = "<!-- kinds -->", "<!-- end kinds -->"


def write_card(path, rows):
    """Replaces the table between the two lines of a card."""
    card = Path(path).read_text("utf-8")
    if BEGIN not in card or END not in card.split(BEGIN, 1)[1]:
        raise ValueError(f"{path}: the lines '{BEGIN}' and '{END}' are missing")
    before, rest = card.split(BEGIN, 1)
    Path(path).write_text(f"{before}{BEGIN}\n\n{markdown(rows)}\n\n{END}{rest.split(END, 1)[1]}", "utf-8")


def losses(rows, held, tolerance) -> list:
    """Sentences about the rows that are worse than those held before by more than the tolerance."""
    before = {r["kind"]: r for r in held}
    result = []
    for row in rows:
        old = before.get(row["kind"])
        if old and row["recall"] is not None and row["recall"] < old["recall"] - tolerance:
            result.append(f"{row['kind']}: recall {row['recall']:.3f}, held {old['recall']:.3f}")
        if old and row["recall"] is None and row["false"] > old["false"] + tolerance:
            result.append(f"{row['kind']}: {row['false']:.3f} false boxes per picture, held {old['false']:.3f}")
    return result


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.kinds", description="Recall of a face detector by kind of picture.")
    subject = parser.add_mutually_exclusive_group(required=True)
    subject.add_argument("--model", help="folder of a model")
    subject.add_argument("--run", help="folder of a run")
    parser.add_argument("--checkpoint", default="best.pt", help="of a run: best.pt (default) or checkpoint.pt")
    parser.add_argument("--threshold", type=float, help="score of a box that counts (default: the model's)")
    parser.add_argument("--free", nargs="+", default=[], metavar="CSV", help="labelled pictures, of which those labelled none are taken")
    parser.add_argument("--json", help="write the rows to this file")
    parser.add_argument("--card", action="store_true", help="write the table into the model's card.md")
    parser.add_argument("--held", metavar="JSON", help="fail if a row is worse than in this file")
    parser.add_argument("--tolerance", type=float, default=0.02, help="by which a row may be worse (default: 0.02)")
    parser.add_argument("faces", nargs="+", help="CSV of annotated faces")
    options = parser.parse_args(arguments)
    from .export import load_folded, load_run

    try:
        arch, network = load_folded(options.model) if options.model else load_run(options.run, options.checkpoint)
        rows = measure(arch, network, options.faces, options.free, options.threshold)
        if options.json:
            Path(options.json).write_text("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n]\n", "utf-8")
        if options.card and options.model:
            write_card(Path(options.model) / "card.md", rows)
        worse = losses(rows, json.loads(Path(options.held).read_text("utf-8")), options.tolerance) if options.held else []
    except (ArchError, DataError, SafetensorsError, OSError, ValueError) as error:
        sys.exit(f"kinds: {error}")
    print(markdown(rows))
    if worse:
        sys.exit("kinds: " + "; ".join(worse))


if __name__ == "__main__":
    main()
