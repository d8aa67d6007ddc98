"""Where a face detector fails, shown on scenes made of three freely usable photographs:
python3 -m rnnpool_training.failures --model ../face-qvga --samples SAMPLES --out ../face-qvga/failures.png
"""

import argparse
import sys

import cv2
import numpy as np

from .anchors import overlaps
from .arch import ArchError
from .data import Sample
from .evaluate import run_network
from .export import load_folded
from .preprocess import grey
from .safetensors import SafetensorsError

FACE = (175, 55, 105, 145)  # x, y, width, height of the face in astronaut.png
HEAD = (140, 10, 180, 230)  # the cut around it


def _lay(background, head, box, height, centre):
    """The background with the head laid on it so that the face in `box` is `height` px high; returns the face's corners too."""
    scale = height / box[3]
    size = (max(1, round(head.shape[1] * scale)), max(1, round(head.shape[0] * scale)))
    part = cv2.resize(head, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas = background.copy()
    x, y = round(centre[0] - size[0] / 2), round(centre[1] - size[1] / 2)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(canvas.shape[1], x + size[0]), min(canvas.shape[0], y + size[1])
    canvas[y0:y1, x0:x1] = part[y0 - y : y1 - y, x0 - x : x1 - x]
    face = np.array([x + box[0] * scale, y + box[1] * scale, x + (box[0] + box[2]) * scale, y + (box[1] + box[3]) * scale])
    return canvas, face


def _turned(head, box, angle):
    """The head turned about the middle of its face, and the face's box, as large as before."""
    centre = (box[0] + box[2] / 2, box[1] + box[3] / 2)
    matrix = cv2.getRotationMatrix2D(centre, angle, 1)
    return cv2.warpAffine(head, matrix, (head.shape[1], head.shape[0]), borderMode=cv2.BORDER_REPLICATE)


def scenes(astronaut, chelsea, coffee, width, height):
    """(caption, grey picture of width x height, corners of the face or None)"""
    x, y, w, h = HEAD
    head = astronaut[y : y + h, x : x + w]
    box = (FACE[0] - x, FACE[1] - y, FACE[2], FACE[3])
    table = cv2.GaussianBlur(cv2.resize(coffee, (width, height), interpolation=cv2.INTER_AREA), (0, 0), width / 100)
    middle = (width / 2, height / 2)
    result = []

    def add(caption, part, size, then=lambda picture: picture):
        picture, face = _lay(table, part, box, size, middle)
        result.append((caption, then(picture), face))

    for share in (0.3, 0.1, 0.075, 0.06, 0.05, 0.04):
        add(f"{share * height:.0f} px high", head, share * height)
    for angle in (20, 40, 60, 90, 135, 180):
        add(f"turned {angle} degrees", _turned(head, box, angle), 0.3 * height)
    for caption, area in (("mouth covered", (0, 0.62, 1, 1.1)), ("eyes covered", (0, 0.2, 1, 0.5)), ("half covered", (0.5, -0.1, 1.2, 1.1)),
                          ("lower half out of the picture", None)):
        if area is None:
            canvas, face = _lay(table, head, box, 0.4 * height, (width / 2, height))
            result.append((caption, canvas, np.minimum(face, [width, height, width, height])))
            continue
        part = head.copy()
        part[round(box[1] + area[1] * box[3]) : round(box[1] + area[3] * box[3]),
             round(box[0] + area[0] * box[2]) : round(box[0] + area[2] * box[2])] = 70
        add(caption, part, 0.3 * height)
    add("blurred by motion", head, 0.2 * height, lambda p: cv2.blur(p, (max(3, width // 25), 1)))
    add("a twelfth of the light, with noise", head, 0.3 * height, lambda p: np.clip(
        p / 12 + np.random.default_rng(1).normal(0, 5, p.shape), 0, 255).astype(np.uint8))
    cat = cv2.resize(chelsea, (width, height), interpolation=cv2.INTER_AREA)
    close = cv2.resize(chelsea[20:260, 70:390], (width, height), interpolation=cv2.INTER_LINEAR)
    drawn = np.full((height, width), 200, np.uint8)
    radius = height // 4
    cv2.circle(drawn, (width // 2, height // 2), radius, 120, -1)
    for side in (-1, 1):
        cv2.circle(drawn, (width // 2 + side * radius // 3, height // 2 - radius // 4), radius // 8, 30, -1)
    cv2.ellipse(drawn, (width // 2, height // 2 + radius // 5), (radius // 2, radius // 3), 0, 20, 160, 30, max(2, radius // 12))
    small = cv2.resize(chelsea[20:260, 70:390], (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    cats = np.tile(small, (4, 4))
    result += [("a cat", cat, None), ("close", close, None), ("sixteen times", cats, None), ("a drawing", drawn, None),
               ("a cup", cv2.resize(coffee, (width, height), interpolation=cv2.INTER_AREA), None),
               ("a cup, close", cv2.resize(coffee[60:330, 120:480], (width, height), interpolation=cv2.INTER_AREA), None)]
    return result


def judge_scene(scores, boxes, face, threshold):
    """Caption and whether the model was right about the scene."""
    if face is None:
        best = float(scores.max()) if len(scores) else 0.0
        return (f"no face: {best:.2f}", True) if best < threshold else (f"false face: {best:.2f}", False)
    on_face = scores[overlaps(boxes, face[None])[:, 0] >= 0.4] if len(scores) else scores
    best = float(on_face.max()) if len(on_face) else 0.0
    return (f"found: {best:.2f}", True) if best >= threshold else (f"missed: {best:.2f}", False)


def plot(model, samples, out):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    arch, network = load_folded(model)
    images = []
    for name in ("astronaut", "chelsea", "coffee"):
        image = cv2.imread(f"{samples}/{name}.png", cv2.IMREAD_COLOR)
        if image is None:
            raise OSError(f"{samples}/{name}.png: cannot be read")
        images.append(grey(image))
    made = scenes(*images, arch.width, arch.height)
    none = np.zeros((0, 4), np.float32)
    samples = [Sample(None, arch.width, arch.height, "", none, np.zeros(0, bool), picture) for _, picture, _ in made]
    found = run_network(network, arch, samples, threshold=0.02, batch=1)
    threshold, columns = arch.detection["scoreThreshold"], 6
    figure, axes = plt.subplots(-(-len(made) // columns), columns, figsize=(12, 1.9 * -(-len(made) // columns)))
    right = 0
    for axis, (caption, picture, face), (scores, boxes) in zip(axes.flat, made, found):
        verdict, good = judge_scene(scores, boxes, face, threshold)
        right += good
        axis.imshow(picture, cmap="gray", vmin=0, vmax=255)
        for box in boxes[scores >= threshold]:
            axis.add_patch(plt.Rectangle(box[:2], *(box[2:] - box[:2]), fill=False, color="tab:orange", linewidth=1.2))
        axis.set_title(f"{caption}\n{verdict}", fontsize=7, color="black" if good else "tab:red")
    for axis in axes.flat:
        axis.axis("off")
    figure.tight_layout(pad=0.4)
    figure.savefig(out, dpi=90)
    plt.close(figure)
    return right, len(made)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.failures", description="Show where a detector fails.")
    parser.add_argument("--model", required=True, help="folder with arch.json and weights.safetensors")
    parser.add_argument("--samples", required=True, help="folder with astronaut.png, chelsea.png, coffee.png")
    parser.add_argument("--out", required=True, help="PNG to write")
    options = parser.parse_args(arguments)
    try:
        right, count = plot(options.model, options.samples, options.out)
    except (ArchError, SafetensorsError, OSError, ValueError) as error:
        sys.exit(f"failures: {error}")
    print(f"{options.out}: right in {right} of {count} scenes")


if __name__ == "__main__":
    main()
