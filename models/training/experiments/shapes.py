"""Experiments e and b: what one RNNPool operator can tell of small 8-bit monochrome pictures: python3 experiments/shapes.py

Three made-up tasks on 16x16 pictures with random contrast, place, size and noise:

    edges         nothing, a horizontal edge, a vertical edge, both
    orientations  a line at one of eight angles
    shapes        a disc, a square, a triangle, a cross

One operator over the whole picture (patch 16, k = 1, h1 = h2 = 8: 32 numbers) and a linear layer behind it, against the average or
maximum of 4x4 fields (16 numbers) and against all 256 pixels, each with a linear layer. Writes docs/experiments/shapes.csv and a
picture."""

import argparse

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from person_task import RESULTS, Table
from substitutes import RecurrentPool
from rnnpool_training.layers import RNNPoolLayer

SIZE = 16
LABELS = {"edges": ("nothing", "horizontal", "vertical", "both"), "orientations": tuple(f"{22.5 * i:g}°" for i in range(8)),
          "shapes": ("disc", "square", "triangle", "cross")}
FEATURES = {"rnnpool-hard": "RNNPool, hard gates", "rnnpool-smooth": "RNNPool, smooth gates", "gru": "RNNPool, GRU",
            "lstm": "RNNPool, LSTM", "average": "averages of 4x4",
            "maximum": "maxima of 4x4", "pixels": "all pixels"}


def draw(task, label, rng):
    """uint8 [16, 16]; drawn four times as large and averaged."""
    big = SIZE * 4
    background = rng.uniform(20, 235)
    contrast = rng.uniform(40, 120) * (1 if background < 127 else -1)
    mask = np.zeros((big, big), np.uint8)
    if task == "edges":
        if label & 1:  # the bright side is below or above
            at = int(rng.integers(big // 4, 3 * big // 4))
            mask[at:] ^= 255
        if label & 2:
            at = int(rng.integers(big // 4, 3 * big // 4))
            mask[:, at:] ^= 255
        if rng.random() < 0.5:
            mask = ~mask
    elif task == "orientations":
        angle = np.pi * (label / 8 + rng.uniform(-1 / 32, 1 / 32))
        centre = np.array([big / 2, big / 2]) + rng.uniform(-big / 6, big / 6, 2)
        reach = np.array([np.cos(angle), -np.sin(angle)]) * rng.uniform(0.3, 0.45) * big
        cv2.line(mask, *(tuple(int(v) for v in centre + s * reach) for s in (-1, 1)), 255, int(rng.integers(5, 11)))
    else:
        r = int(rng.integers(big // 5, big // 3))
        x, y = (int(v) for v in rng.integers(r, big - r, 2))
        if label == 0:
            cv2.circle(mask, (x, y), r, 255, -1)
        elif label == 1:
            mask[y - r : y + r, x - r : x + r] = 255
        elif label == 2:
            cv2.fillPoly(mask, [np.array([[x, y - r], [x - r, y + r], [x + r, y + r]], np.int32)], 255)
        else:
            w = max(3, r // 3)
            mask[y - w : y + w, x - r : x + r] = mask[y - r : y + r, x - w : x + w] = 255
    picture = background + contrast * cv2.resize(mask, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.float64) / 255
    return np.clip(picture + rng.normal(0, rng.uniform(1, 8), picture.shape), 0, 255).astype(np.uint8)


def make(task, count, rng):
    labels = rng.integers(0, len(LABELS[task]), count)
    images = np.stack([draw(task, int(label), rng) for label in labels])
    return torch.from_numpy((images.astype(np.float32) - 128) / 128)[:, None], torch.from_numpy(labels)


class Reader(nn.Module):
    def __init__(self, kind, classes):
        super().__init__()
        if kind in ("gru", "lstm"):
            self.features = RecurrentPool(1, 8, SIZE, SIZE, kind)
        elif kind.startswith("rnnpool"):
            self.features = RNNPoolLayer(1, 8, 8, SIZE, SIZE, kind == "rnnpool-hard")
        else:
            self.features = {"average": nn.AvgPool2d(4), "maximum": nn.MaxPool2d(4), "pixels": nn.Identity()}[kind]
        count = {"average": 16, "maximum": 16, "pixels": SIZE * SIZE}.get(kind, 32)
        self.norm = nn.BatchNorm1d(count)
        self.classify = nn.Linear(count, classes)

    def forward(self, x):
        return self.classify(self.norm(self.features(x).flatten(1)))


def fit(task, kind, seed, steps, batch=64):
    torch.manual_seed(seed)
    train, test = make(task, 8000, np.random.default_rng([seed, 0])), make(task, 2000, np.random.default_rng([seed, 1]))
    net = Reader(kind, len(LABELS[task]))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, steps, pct_start=0.1)
    rng = np.random.default_rng([seed, 2])
    for _ in range(steps):
        chosen = torch.from_numpy(rng.integers(0, len(train[0]), batch))
        loss = F.cross_entropy(net(train[0][chosen]), train[1][chosen])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        schedule.step()
    net.eval()
    with torch.no_grad():
        return float((net(test[0]).argmax(1) == test[1]).float().mean()), sum(p.numel() for p in net.parameters())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--tasks", nargs="*", choices=LABELS, default=list(LABELS), help="only these")
    parser.add_argument("--features", nargs="*", choices=FEATURES, default=list(FEATURES), help="only these")
    options = parser.parse_args()
    torch.set_num_threads(1)
    table = Table(RESULTS / "shapes.csv", ["task", "features", "seed", "steps", "accuracy", "parameters"])
    for seed in range(1, options.seeds + 1):
        for task in options.tasks:
            for kind in options.features:
                if table.has(task=task, features=kind, seed=seed, steps=options.steps):
                    continue
                accuracy, parameters = fit(task, kind, seed, options.steps)
                table.add(task=task, features=kind, seed=seed, steps=options.steps, accuracy=round(accuracy, 5), parameters=parameters)
                print(task, kind, seed, f"{accuracy:.4f}", flush=True)
    plot(table, options.steps)


def plot(table, steps):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 3, figsize=(11, 6), gridspec_kw={"height_ratios": (1, 2)})
    for (above, below), task in zip(axes.T, LABELS):
        rng = np.random.default_rng(7)
        rows = [np.hstack([np.pad(draw(task, label, rng), 1, constant_values=128) for label in range(len(LABELS[task]))]) for _ in range(2)]
        above.imshow(np.vstack(rows), cmap="gray", vmin=0, vmax=255)
        above.set_title(task)
        above.axis("off")
        for x, kind in enumerate(FEATURES):
            if not table.has(task=task, features=kind, steps=steps):
                continue
            mean, deviation, _ = table.mean("accuracy", task=task, features=kind, steps=steps)
            print(f"| {task} | {FEATURES[kind]} | {mean:.3f} ± {deviation:.3f} |")
            below.bar(x, mean, yerr=np.nan_to_num(deviation), capsize=3,
                      color="tab:blue" if kind.startswith("rnnpool") else "tab:cyan" if kind in ("gru", "lstm") else "tab:grey")
        below.axhline(1 / len(LABELS[task]), color="black", linewidth=0.8, linestyle=":")
        below.set(xticks=range(len(FEATURES)), ylim=(0, 1), ylabel="accuracy" if task == "edges" else "")
        below.set_xticklabels(list(FEATURES.values()), rotation=40, ha="right")
    figure.tight_layout()
    figure.savefig(RESULTS / "shapes.png", dpi=90)
    plt.close(figure)


if __name__ == "__main__":
    main()
