"""Golden vectors, by which other implementations are held to this one:
python3 -m rnnpool_training.golden --model ../face-qvga --samples SAMPLES --out ../../tests/vectors/face-qvga

Pictures are cut from three freely usable photographs; what the network answers is computed from weights.safetensors.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import torch

from . import arch as archs
from . import safetensors
from .anchors import anchor_boxes
from .detect import detections, sigmoid
from .export import load_folded
from .preprocess import Letterbox, grey, read_grey, to_tensor


def pictures(astronaut, chelsea, coffee):
    """file name -> (BGR or grey picture, encoder options)"""

    def cut(image, x, y, w, h, size=None):
        part = image[y : y + h, x : x + w]
        return part if size is None else cv2.resize(part, size, interpolation=cv2.INTER_AREA if size[0] < w else cv2.INTER_CUBIC)

    def shrink(image, size):
        return cv2.resize(image, size, interpolation=cv2.INTER_AREA)

    face = cut(astronaut, 140, 20, 180, 200)
    collage = shrink(coffee, (480, 320)).copy()
    for (x, y), size in (((20, 30), (120, 133)), ((200, 60), (60, 67)), ((330, 40), (90, 100)), ((260, 220), (40, 44))):
        collage[y : y + size[1], x : x + size[0]] = shrink(face, size)
    crowd = np.full((240, 320, 3), 96, np.uint8)
    for row in range(3):
        for column in range(4):
            side = 36 + 8 * ((row + column) % 3)
            part = shrink(face, (side, round(side * 1.1)))
            part = part[:, ::-1] if (row + column) % 2 else part
            y, x = 20 + 75 * row, 15 + 78 * column
            crowd[y : y + part.shape[0], x : x + side] = part
    dark = (astronaut.astype(np.uint16) * 2 // 5).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, 88]
    return {
        "portrait-512.jpg": (astronaut, quality),
        "portrait-400.jpg": (shrink(astronaut, (400, 400)), quality),
        "portrait-grey-qvga.png": (grey(cut(astronaut, 60, 10, 320, 240)), []),
        "portrait-grey.jpg": (grey(shrink(astronaut, (256, 256))), quality),
        "portrait-flipped.jpg": (shrink(astronaut, (300, 300))[:, ::-1], quality),
        "portrait-dark.jpg": (shrink(dark, (333, 333)), quality),
        "portrait-vga.jpg": (cut(astronaut, 0, 0, 512, 384, (640, 480)), quality),
        "portrait-large.jpg": (cut(astronaut, 0, 0, 512, 384, (1111, 833)), [cv2.IMWRITE_JPEG_QUALITY, 75]),
        "portrait-half.png": (shrink(astronaut, (160, 160)), []),
        "portrait-small.png": (shrink(astronaut, (96, 96)), []),
        "face-close.png": (shrink(face, (150, 167)), []),
        "face-enlarged.png": (shrink(face, (33, 37)), []),
        "face-tiny.png": (shrink(face, (16, 18)), []),
        "face-tall.png": (grey(cut(astronaut, 175, 20, 100, 420, (80, 336))), []),
        "face-wide.jpg": (cut(astronaut, 0, 60, 512, 140), quality),
        "face-odd.png": (grey(cut(astronaut, 90, 15, 241, 201)), []),
        "face-odd-colour.png": (cut(astronaut, 120, 10, 201, 231, (117, 135)), []),
        "collage.jpg": (collage, quality),
        "crowd.png": (crowd, []),
        "cat.jpg": (chelsea, quality),
        "cat-grey.png": (grey(shrink(chelsea, (151, 99))), []),
        "cat-thin.png": (cut(chelsea, 200, 0, 9, 300), []),
        "cup.jpg": (shrink(coffee, (450, 300)), quality),
        "cup-odd.jpg": (cut(coffee, 31, 17, 377, 255), quality),
        "cup-flat.png": (cut(coffee, 0, 200, 301, 5), []),
        "cup-tall.jpg": (grey(cut(coffee, 250, 0, 123, 399)), quality),
        "few-pixels.png": (cut(coffee, 100, 100, 5, 3), []),
        "one-pixel.png": (np.array([[[10, 200, 90]]], np.uint8), []),
    }


FOR_CLASSIFIERS = ("portrait-400.jpg", "portrait-grey-qvga.png", "face-tall.png", "face-wide.jpg", "cat.jpg", "cat-grey.png",
                   "cup.jpg", "cup-tall.jpg", "few-pixels.png", "one-pixel.png")
WITH_TENSORS = ("portrait-grey-qvga.png", "crowd.png", "cat-thin.png")


def write_pictures(samples, folder, chosen=()):
    images = []
    for name in ("astronaut", "chelsea", "coffee"):
        image = cv2.imread(str(Path(samples) / f"{name}.png"), cv2.IMREAD_COLOR)
        if image is None:
            raise OSError(f"{Path(samples) / name}.png: cannot be read")
        images.append(image)
    folder.mkdir(parents=True, exist_ok=True)
    for name, (image, options) in pictures(*images).items():
        if chosen and name not in chosen:
            continue
        cv2.imwrite(str(folder / name), np.ascontiguousarray(image),
                    options + ([cv2.IMWRITE_PNG_COMPRESSION, 9] if name.endswith("png") else []))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.golden", description="Write golden vectors of a model.")
    parser.add_argument("--model", required=True, help="folder with arch.json and weights.safetensors")
    parser.add_argument("--out", required=True, help="folder of the vectors; its pictures are kept if they are there")
    parser.add_argument("--samples", help="folder with astronaut.png, chelsea.png, coffee.png (to make the pictures again)")
    options = parser.parse_args(arguments)
    try:
        write(Path(options.model), Path(options.out), options.samples)
    except (archs.ArchError, safetensors.SafetensorsError, OSError, ValueError) as error:
        sys.exit(f"golden: {error}")


def write(model, out, samples=None):
    arch, network = load_folded(model)
    detects = arch.task == "detection"
    folder = out / "pictures"
    if samples:
        write_pictures(samples, folder, () if detects else FOR_CLASSIFIERS)
    names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    if not names:
        raise OSError(f"{folder}: no pictures; name the folder of the photographs with --samples")
    for sub in ("inputs", "tensors") if detects else ("inputs",):
        (out / sub).mkdir(parents=True, exist_ok=True)
        for stale in (out / sub).iterdir():
            stale.unlink()
    entries = []
    for name in names:
        image = read_grey(folder / name)
        h, w = image.shape
        box = Letterbox.fit(w, h, arch.width, arch.height)
        canvas = box.apply(image)
        cv2.imwrite(str(out / "inputs" / f"{name}.png"), canvas, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        with torch.no_grad():
            outputs = network(torch.from_numpy(to_tensor(canvas, arch.mean, arch.scale)[None]))
        entry = {"picture": f"pictures/{name}", "width": w, "height": h, "input": f"inputs/{name}.png",
                 "letterbox": {"x": box.x, "y": box.y, "width": box.width, "height": box.height}}
        entries.append(entry | (detected(arch, outputs, box, name, out) if detects else classified(outputs, name)))
    weights = hashlib.sha256((model / "weights.safetensors").read_bytes()).hexdigest()
    keys = {name: arch.detection[name] for name in ("scoreThreshold", "nmsIou")} if detects else {"labels": list(arch.labels)}
    document = {"model": arch.name, "weightsSha256": weights, **keys, "pictures": entries}
    (out / "golden.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def classified(outputs, name) -> dict:
    logits = outputs.numpy()[0].astype(np.float64)
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    print(f"{name:<26}" + "".join(f"{s:>9.4f}" for s in shares))
    return {"logits": [round(float(v), 6) for v in logits], "probabilities": [round(float(v), 6) for v in shares]}


def detected(arch, outputs, box, name, out) -> dict:
    logits, offsets = (t.numpy()[0] for t in outputs)
    scores, boxes = detections(logits, offsets, anchor_boxes(arch), arch.detection, box)
    entry = {"detections": [{"score": round(float(s), 6), "x": round(float(b[0]), 3), "y": round(float(b[1]), 3),
                             "w": round(float(b[2] - b[0]), 3), "h": round(float(b[3] - b[1]), 3)} for s, b in zip(scores, boxes)]}
    if name in WITH_TENSORS:
        for kind, values in (("logits", logits), ("offsets", offsets)):
            entry[kind] = f"tensors/{name}.{kind}.bin"
            (out / entry[kind]).write_bytes(values.astype("<f4").tobytes())
    close = np.abs(sigmoid(logits.astype(np.float64)) - arch.detection["scoreThreshold"]).min()
    print(f"{name:<26}{len(scores):>3} detections, nearest score to the threshold {close:.3f} away")
    return entry


if __name__ == "__main__":
    main()
