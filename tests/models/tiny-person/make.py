"""Makes this folder: a classifier of 32x32 pixels that only distinguishes the astronaut of samples/pictures from its cat and its cup.

    python3 tests/models/tiny-person/make.py      # arch.json, model.onnx, weights.safetensors

The command in models/quantize.sh then creates model.rnnp.

It is there to test classifiers end to end without a model that ships.
"""
import sys
from pathlib import Path

import cv2
import numpy as np
import torch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "models/training"))

from rnnpool_training import arch as archs  # noqa: E402
from rnnpool_training.export import export  # noqa: E402
from rnnpool_training.network import Network  # noqa: E402
from rnnpool_training.preprocess import Letterbox, to_tensor  # noqa: E402

ARCH = {
    "format": "rnnpool-arch", "version": 1, "name": "tiny-person", "task": "classification",
    "input": {"width": 32, "height": 32, "channels": 1, "mean": 128.0, "scale": 128.0}, "labels": ["none", "person"],
    "layers": [
        {"type": "conv", "name": "stem", "kernel": 3, "channels": 4, "stride": 2},
        {"type": "rnnpool", "name": "pool", "patch": 6, "stride": 4, "hidden1": 8, "hidden2": 8, "gate": "hard"},
        {"type": "bottleneck", "name": "b1", "expansion": 2, "channels": 16, "repeats": 2, "stride": 1},
        {"type": "averagepool", "name": "average"},
        {"type": "dense", "name": "fc", "channels": 2},
    ],
}


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    rng = np.random.default_rng(1)
    arch = archs.parse(ARCH)
    network = Network(arch, fused=False)
    pictures = [(cv2.cvtColor(cv2.imread(str(ROOT / f"samples/pictures/{name}.jpg")), cv2.COLOR_BGR2GRAY), int(name == "astronaut"))
                for name in ("astronaut", "chelsea", "coffee")]
    optimizer = torch.optim.AdamW(network.parameters(), 5e-3, weight_decay=0.01)
    for step in range(300):
        inputs, labels = [], []
        for _ in range(24):
            picture, label = pictures[rng.choice(3, p=(0.5, 0.25, 0.25))]
            h, w = picture.shape
            ch, cw = int(h * rng.uniform(0.6, 1)), int(w * rng.uniform(0.6, 1))
            y, x = rng.integers(0, h - ch + 1), rng.integers(0, w - cw + 1)
            crop = np.ascontiguousarray(picture[y:y + ch, x:x + cw][:, ::rng.choice((-1, 1))])
            canvas = Letterbox.fit(cw, ch, arch.width, arch.height).apply(crop)
            inputs.append(to_tensor(np.clip(canvas * rng.uniform(0.8, 1.2), 0, 255).astype(np.uint8), arch.mean, arch.scale))
            labels.append(label)
        loss = torch.nn.functional.cross_entropy(network(torch.from_numpy(np.stack(inputs))), torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            print(step, round(float(loss), 3), flush=True)
    network.eval()
    with torch.no_grad():
        for picture, label in pictures:
            canvas = Letterbox.fit(*picture.shape[::-1], arch.width, arch.height).apply(picture)
            print(label, network(torch.from_numpy(to_tensor(canvas, arch.mean, arch.scale))[None]).softmax(1)[0].tolist())
    export(arch, network, HERE)


if __name__ == "__main__":
    main()
