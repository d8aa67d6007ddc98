"""The person task, small: 64x64 grey, views made once for all runs, and rows of results that survive an interruption."""

import csv
import os
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from rnnpool_training.classification import Classification
from rnnpool_training.preprocess import to_tensor
from rnnpool_training.train import Config, Phase, Run
from rnnpool_training.views import Views, view

DATA = Path(os.environ.get("RNNPOOL_PERSONS", HERE.parents[3] / "shared" / "data" / "persons"))
RESULTS = HERE.parents[2] / "docs" / "experiments"
CACHE = HERE.parent / ".cache"
BATCH = 64
LIGHT = Views(square=0.7, mosaic=0.0, paste=0.0, photometric=0.2, coarse=0.0, jpeg=0.0, cutout=0.0, rotate=0.0, smallest_crop=0.8)
CONV = {"type": "conv", "kernel": 3}


def bottleneck(name, expansion, channels, repeats, stride):
    return {"type": "bottleneck", "name": name, "expansion": expansion, "channels": channels, "repeats": repeats, "stride": stride}


TAIL = [bottleneck("b1", 1, 16, 1, 1), bottleneck("b2", 3, 24, 2, 1), bottleneck("b3", 3, 48, 2, 2),
        {"type": "conv", "name": "last", "kernel": 1, "channels": 96}, {"type": "averagepool", "name": "average"},
        {"type": "dense", "name": "fc", "channels": 2}]
POOLED = [{**CONV, "name": "stem", "channels": 8, "stride": 2},
          {"type": "rnnpool", "name": "pool", "patch": 6, "stride": 4, "hidden1": 8, "hidden2": 8, "gate": "hard"}, *TAIL]
# MobileNetV2's usual beginning: strided blocks one after the other, as many channels as the pooled net has where the two meet.
BASE = [{**CONV, "name": "stem", "channels": 8, "stride": 2}, bottleneck("a1", 1, 8, 1, 1), bottleneck("a2", 6, 16, 2, 2),
        bottleneck("a3", 6, 32, 2, 2), *TAIL]


def document(layers, size=64):
    return {"format": "rnnpool-arch", "version": 1, "name": "experiment", "task": "classification",
            "input": {"width": size, "height": size, "channels": 1, "mean": 128.0, "scale": 128.0},
            "labels": ["none", "person"], "layers": layers}


class CachedViews(Classification):
    """Views are drawn once (the same ones for every run); the seed decides their order and which are mirrored."""

    def __init__(self, arch, config, images, labels, covers):
        super().__init__(arch, config)
        self.images, self.labels, self.covers = images, labels, covers

    def sampler(self, pictures):
        return None

    def batch(self, sampler, phase, count, rng):
        chosen = rng.integers(0, len(self.images), count)
        mirrored = (rng.random(count) < 0.5)[:, None, None]
        images, covers = (np.where(mirrored, some[chosen, :, ::-1], some[chosen]) for some in (self.images, self.covers))
        smoothing = self.config.label_smoothing
        targets = np.full((count, 2), smoothing / 2, np.float32)
        targets[np.arange(count), self.labels[chosen]] += 1 - smoothing
        tensors = np.stack([to_tensor(i, self.arch.mean, self.arch.scale) for i in images])
        return torch.from_numpy(tensors), torch.from_numpy(targets), torch.from_numpy(covers)


def cached_views(task: Classification, size, count, seed=0):
    """uint8 [count, size, size], their labels, and where persons are in them, as views.view says it."""
    path = CACHE / f"located-views-{size}-{count}-{seed}.npz"
    if not path.exists():
        cv2.setNumThreads(1)
        cv2.setRNGSeed(seed)
        rng = np.random.default_rng(seed)
        sampler = Classification.sampler(task, task.read(DATA / "train.csv"))
        made = [view(lambda: sampler.pick(rng), lambda: sampler.nothing.pick(rng), size, size, LIGHT, rng) for _ in range(count)]
        CACHE.mkdir(exist_ok=True)
        scratch = path.with_suffix(".tmp.npz")
        images, labels, covers = (np.stack(part) for part in zip(*made))
        np.savez(scratch, images=images, labels=labels, covers=covers)
        os.replace(scratch, path)
    with np.load(path) as stored:
        return stored["images"], stored["labels"], stored["covers"]


def config_for(arch_path, steps, seed, size=64) -> Config:
    return Config(arch=str(arch_path), train=(), val=(), steps=steps, phases=(Phase(1.0, size, size, BATCH),), seed=seed,
                  learning_rate=3e-3, weight_decay=0.02, warmup=50, ema=0.99, threads=1, workers=0, task="classification",
                  boxes=str(HERE.parent / "annotations" / "person-boxes.csv"), locate="b2", label_smoothing=0.02,
                  evaluate_every=max(1, -(-steps // 5)), checkpoint_every=10**9, augmentation=Views())


class Experiment(Run):
    """A run whose layer "pool" is replaced by what `pool()` makes."""

    def __init__(self, config, folder, views, pool=None):
        self.pool = pool
        super().__init__(config, folder, quiet=True)
        self.task = CachedViews(self.arch, replace(config), *views)

    def build(self):
        network = super().build()
        if self.pool is not None:
            torch.manual_seed(self.config.seed)
            network.layers["pool"] = self.pool()
        return network


class Table:
    """A CSV of results; a row that is in it need not be made again."""

    def __init__(self, path, columns):
        self.path, self.columns, self.rows = Path(path), columns, []
        if self.path.exists():
            with open(self.path, newline="", encoding="utf-8") as file:
                self.rows = list(csv.DictReader(file))

    def has(self, **keys):
        return any(all(row[k] == str(v) for k, v in keys.items()) for row in self.rows)

    def add(self, **row):
        self.rows.append({k: str(v) for k, v in row.items()})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_suffix(".tmp")
        with open(scratch, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)
        os.replace(scratch, self.path)

    def mean(self, column, **keys):
        """Mean and standard deviation (of a sample) over the rows with these keys, and how many there are."""
        values = np.array([float(r[column]) for r in self.rows if all(r[k] == str(v) for k, v in keys.items())])
        return values.mean(), values.std(ddof=1) if len(values) > 1 else float("nan"), len(values)
