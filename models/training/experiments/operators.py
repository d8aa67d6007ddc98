"""Experiments a, b and c: python3 experiments/operators.py [--steps N] [--seeds N] [--part a|b]

a  RNNPoolLayer against average pooling, maximum pooling, a strided convolution and ReNet in its place: the same map in, a map of
   the same shape out, so that the maps of all nets need the same memory (the protocol of the paper's table 2, smaller)
b  FastGRNN against GRU and LSTM inside RNNPool
c  training curves of the net with RNNPool and of its base net, which has MobileNetV2's strided blocks in the place of stem and pool

Writes docs/experiments/operators.csv, a row per kind and seed (those that are there are not made again), curves.csv, and pictures."""

import argparse
import csv
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from person_task import BASE, DATA, POOLED, RESULTS, CachedViews, Experiment, Table, cached_views, config_for, document
from rnnpool_training import arch as archs
from rnnpool_training.classification import Classification
from substitutes import cost, substitute

KINDS = {"rnnpool": "RNNPool, FastGRNN, hard gates", "average": "average pooling", "maximum": "maximum pooling",
         "convolution": "strided convolution", "renet": "ReNet", "rnnpool-smooth": "RNNPool, FastGRNN, smooth gates",
         "gru": "RNNPool, GRU", "lstm": "RNNPool, LSTM", "base": "base net: strided blocks"}


@dataclass(frozen=True)
class Part:
    size: int
    patch: int
    kinds: tuple

    @property
    def shape(self):
        return dict(inputs=8, hidden=8, patch=self.patch, stride=4)


# GRU and LSTM are trained without C code, so part b has a smaller picture and patches that do not overlap.
PARTS = {"a": Part(64, 6, ("rnnpool", "average", "maximum", "convolution", "renet", "base")),
         "b": Part(48, 4, ("rnnpool", "rnnpool-smooth", "gru", "lstm"))}
COLUMNS = ["part", "kind", "seed", "steps", "accuracy", "balanced_accuracy", "train_loss", "madds", "parameters", "operator_madds",
           "operator_bytes", "largest_map_bytes", "seconds"]


def largest_maps(arch) -> int:
    """Bytes of the largest pair of input and output maps, one byte a value: the memory convention of the paper's tables."""
    size, worst = arch.width * arch.height * arch.channels, 0
    for stage in archs.stages(arch):
        if stage.layer.type == "bottleneck" and stage.layer.repeats > 1:
            worst = max(worst, 2 * stage.width * stage.height * stage.channels)
        out = stage.width * stage.height * stage.channels
        if not (stage.layer is arch.layers[0]):  # the picture itself arrives row by row in every net
            worst = max(worst, size + out)
        size = out
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=450)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--views", type=int, default=32000)
    parser.add_argument("--part", choices=PARTS, default=None, help="a (with c) or b; both unless named")
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS), help="only these")
    options = parser.parse_args()
    torch.set_num_threads(1)
    table = Table(RESULTS / "operators.csv", COLUMNS)
    curves = Table(RESULTS / "curves.csv", ["part", "kind", "seed", "step", "loss", "accuracy"])
    with tempfile.TemporaryDirectory() as folder:
        for name in [options.part] if options.part else PARTS:
            wanted = [(kind, seed) for seed in range(1, options.seeds + 1) for kind in PARTS[name].kinds
                      if kind in options.kinds and not table.has(part=name, kind=kind, seed=seed, steps=options.steps)]
            if wanted:
                run_part(name, wanted, options, table, curves, Path(folder))
    draw(table, curves)


def run_part(name, wanted, options, table, curves, folder):
    part, paths = PARTS[name], {}
    for net, layers in (("pooled", POOLED), ("base", BASE)):
        paths[net] = folder / f"{net}.json"
        patched = [{**layer, "patch": part.patch} if layer["type"] == "rnnpool" else layer for layer in layers]
        paths[net].write_text(json.dumps(document(patched, part.size)), "utf-8")
    reader = Classification(archs.load(paths["pooled"]), config_for(paths["pooled"], options.steps, 1, part.size))
    views = cached_views(reader, part.size, options.views)
    validation = {"val": reader.read(DATA / "val.csv")}
    for kind, seed in wanted:
        path = paths["base" if kind == "base" else "pooled"]
        pool = None if kind == "base" else lambda: substitute(kind, **part.shape)
        began = time.monotonic()
        run = Experiment(config_for(path, options.steps, seed, part.size), folder / f"{name}-{kind}-{seed}", views, pool)
        run.train([0], validation)
        last, arch = run.history[-1], archs.load(path)
        stages = archs.stages(arch)
        madds = sum(s.madds for s in stages)
        operator_madds, operator_bytes = (0, 0) if kind == "base" else cost(kind, **part.shape, rows=part.size // 2, cols=part.size // 2)
        if kind != "base":
            madds += operator_madds - stages[1].madds
        for row in run.history:
            curves.add(part=name, kind=kind, seed=seed, step=row["step"], loss=round(row["loss"], 5),
                       accuracy=round(row["accuracy_val"], 5))
        table.add(part=name, kind=kind, seed=seed, steps=options.steps, accuracy=round(last["accuracy_val"], 5),
                  balanced_accuracy=round(last["balanced_accuracy_val"], 5), train_loss=round(last["loss"], 5), madds=madds,
                  parameters=sum(p.numel() for p in run.network.layers.parameters()), operator_madds=operator_madds,
                  operator_bytes=operator_bytes, largest_map_bytes=largest_maps(arch), seconds=round(time.monotonic() - began))
        print(name, kind, seed, f"{last['accuracy_val']:.4f}", f"{time.monotonic() - began:.0f} s", flush=True)


def draw(table, curves):
    """Of each part the runs with the most steps."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(12, 3.4))
    for axis, name in zip(axes, PARTS):
        steps = max((int(r["steps"]) for r in table.rows if r["part"] == name), default=0)
        kinds = [k for k in PARTS[name].kinds if table.has(part=name, kind=k, steps=steps)]
        for y, kind in enumerate(reversed(kinds)):
            mean, deviation, count = table.mean("accuracy", part=name, kind=kind, steps=steps)
            axis.errorbar(mean, y, xerr=deviation if count > 1 else None, fmt="o", capsize=4, color="tab:blue")
            dots = [float(r["accuracy"]) for r in table.rows if (r["part"], r["kind"], r["steps"]) == (name, kind, str(steps))]
            axis.plot(dots, [y] * len(dots), "|", color="grey")
            print(f"| {name} | {KINDS[kind]} | {mean:.4f} ± {deviation:.4f} | {count} |")
        axis.set(yticks=range(len(kinds)), yticklabels=[KINDS[k] for k in reversed(kinds)], title=f"({name}) {steps} steps",
                 xlabel="accuracy on val: seeds, mean, standard deviation")
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(RESULTS / "operators.png", dpi=100)
    plt.close(figure)
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for kind, colour in (("rnnpool", "tab:blue"), ("base", "tab:orange"), ("average", "tab:grey")):
        rows = [r for r in curves.rows if r["part"] == "a" and r["kind"] == kind]
        points = sorted({int(r["step"]) for r in rows})
        for axis, column in zip(axes, ("loss", "accuracy")):
            values = np.array([[float(r[column]) for r in rows if int(r["step"]) == s] for s in points])
            if len(values):
                axis.plot(points, values.mean(1), color=colour, label=KINDS[kind])
                axis.fill_between(points, values.min(1), values.max(1), color=colour, alpha=0.2)
            axis.set(xlabel="step (64 views each)", ylabel="training loss" if column == "loss" else "accuracy on val, averaged weights")
            axis.grid(alpha=0.3)
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(RESULTS / "curves.png", dpi=100)
    plt.close(figure)


if __name__ == "__main__":
    main()
