"""Trains a detector: python3 -m rnnpool_training.train configs/face-qvga.toml"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # waiting threads would starve the ones that prepare crops

import argparse
import csv
import json
import math
import sys
import time
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

import cv2
import numpy as np
import torch
from tqdm import tqdm

from . import arch as archs
from .anchors import POSITIVE, anchor_boxes, balance, corners, encode, match
from .augment import Augmentation, window
from .data import DataError, load_pixels, read_annotations
from .evaluate import evaluate, run_network
from .network import Network
from .preprocess import to_tensor
from .replicas import Replicas


class ConfigError(ValueError):
    """The run's TOML file is wrong; the message names the key."""


@dataclass(frozen=True)
class Phase:
    until: float  # share of the steps at which the phase ends
    width: int
    height: int
    batch: int


@dataclass(frozen=True)
class Config:
    arch: str  # paths are relative to the TOML file
    train: tuple  # annotation files
    val: tuple  # the first one decides which weights are the best
    steps: int
    phases: tuple
    seed: int = 1
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: int = 500  # steps
    ema: float = 0.999
    box_weight: float = 1.0
    clip: float = 5.0  # gradient norm
    evaluate_every: int = 2000
    checkpoint_every: int = 500
    threads: int = 0  # processes that train on a CPU; 0: as many as there are processors
    workers: int = 4  # processes that prepare crops, where one process trains (a GPU)
    init: str = ""  # checkpoint whose averaged weights are the start
    weights: dict = field(default_factory=dict)  # sampling weight of a source, 1 unless named
    augmentation: Augmentation = Augmentation()
    matching: dict = field(default_factory=dict)  # options of anchors.match
    balance: float = 0.5  # 0: every positive anchor weighs the same; 1: every face


def read_config(path) -> Config:
    path = Path(path)
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    known = {f.name for f in fields(Config)}
    for key in document:
        if key not in known:
            raise ConfigError(f"{path}: '{key}' is not an option; known are {', '.join(sorted(known))}")
    for key in ("arch", "train", "val", "steps", "phases"):
        if key not in document:
            raise ConfigError(f"{path}: '{key}' is missing")
    try:
        document["phases"] = tuple(Phase(**p) for p in document["phases"])
        augmentation = document.get("augmentation", {})
        document["augmentation"] = Augmentation(**{k: tuple(v) if isinstance(v, list) else v for k, v in augmentation.items()})
    except TypeError as error:
        raise ConfigError(f"{path}: {error}") from None
    if not document["phases"] or document["phases"][-1].until < 1:
        raise ConfigError(f"{path}: the last of 'phases' must have until = 1.0")
    for key in ("train", "val"):
        document[key] = tuple(str(path.parent / p) for p in document[key])
    document["arch"] = str(path.parent / document["arch"])
    if document.get("init"):
        document["init"] = str(path.parent / document["init"])
    return Config(**document)


class Batches(torch.utils.data.Dataset):
    """Step number to the part of its batch that process `rank` of `count` works on; the same step always gives the same
    part, whatever came before."""

    def __init__(self, samples, arch, config: Config, rank=0, count=1):
        self.samples, self.arch, self.config, self.rank, self.count = samples, arch, config, rank, count
        weights = np.array([config.weights.get(s.source, 1.0) for s in samples], np.float64)
        self.cumulative = np.cumsum(weights / weights.sum())
        self.anchors = {}
        for phase in config.phases:
            anchors = anchor_boxes(arch, phase.width, phase.height)
            self.anchors[phase] = anchors, corners(anchors)

    def __len__(self):
        return self.config.steps

    def phase(self, step) -> Phase:
        return next(p for p in self.config.phases if step < p.until * self.config.steps)

    def __getitem__(self, step):
        cv2.setNumThreads(1)
        phase = self.phase(step)
        rng = np.random.default_rng([self.config.seed, step, self.rank])
        cv2.setRNGSeed(int(rng.integers(2**31)))
        anchors, boxes = self.anchors[phase]
        n = max(1, phase.batch // self.count)
        images = np.empty((n, 1, phase.height, phase.width), np.float32)
        labels = np.empty((n, len(anchors)), np.int8)
        targets = np.zeros((n, len(anchors), 4), np.float32)
        weights = np.empty((n, len(anchors)), np.float32)

        def pick():
            return self.samples[min(int(np.searchsorted(self.cumulative, rng.random())), len(self.samples) - 1)]

        for i in range(n):
            image, faces, ignored = window(pick, phase.width, phase.height, (self.arch.width, self.arch.height),
                                           self.config.augmentation, rng)
            images[i] = to_tensor(image, self.arch.mean, self.arch.scale)
            labels[i], owner = match(anchors, faces, ignored, anchor_corners=boxes, **self.config.matching)
            weights[i] = balance(labels[i], owner, self.config.balance)
            chosen = labels[i] == POSITIVE
            targets[i, chosen] = encode(faces[owner[chosen]], anchors[chosen], self.arch.detection["variances"])
        return tuple(torch.from_numpy(a) for a in (images, labels, targets, weights))


class Average:
    """Exponential moving average of a network's weights and batch norm statistics."""

    def __init__(self, network, decay):
        self.decay = decay
        self.source = [t for t in network.state_dict(keep_vars=True).values() if t.is_floating_point()]
        self.copy = Network(network.arch).to(next(network.parameters()).device)
        self.copy.load_state_dict(network.state_dict())
        self.values = [t.detach() for t in self.copy.state_dict(keep_vars=True).values() if t.is_floating_point()]

    @torch.no_grad()
    def update(self, step):
        decay = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_mul_(self.values, decay)
        torch._foreach_add_(self.values, [t.detach() for t in self.source], alpha=1 - decay)


def learning_rate(config: Config, step: int) -> float:
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    progress = (step - config.warmup) / max(1, config.steps - config.warmup)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


class Run:
    """A training run in a folder: log.csv, checkpoint.pt (to resume), best.pt (averaged weights), curve.png."""

    def __init__(self, config: Config, folder, quiet=False):
        self.config, self.folder, self.quiet = config, Path(folder), quiet
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(config.seed)
        self.threads = config.threads or os.cpu_count() or 1
        torch.set_num_threads(self.threads)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.arch = archs.load(config.arch)
        (self.folder / "arch.json").write_text(json.dumps(self.arch.document, indent=2) + "\n", "utf-8")
        self.network = Network(self.arch).to(self.device, memory_format=torch.channels_last)
        if config.init:
            self.network.load_state_dict(torch.load(config.init, map_location=self.device)["average"])
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        others = [p for p in self.network.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": config.weight_decay},
                                            {"params": others, "weight_decay": 0.0}], lr=config.learning_rate)
        self.average = Average(self.network, config.ema)
        self.step, self.best, self.history = 0, -1.0, []

    @property
    def checkpoint(self):
        return self.folder / "checkpoint.pt"

    def save(self):
        state = {"step": self.step, "best": self.best, "history": self.history, "network": self.network.state_dict(),
                 "average": self.average.copy.state_dict(), "optimizer": self.optimizer.state_dict()}
        _save(state, self.checkpoint)

    def resume(self, path=None):
        state = torch.load(path or self.checkpoint, map_location=self.device)
        self.step, self.best, self.history = state["step"], state["best"], state["history"]
        self.network.load_state_dict(state["network"])
        self.average.copy.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])

    def train(self, train, validation, stop_after=None):
        """Runs to the last step, or `stop_after` steps from here."""
        last = self.config.steps if stop_after is None else min(self.config.steps, self.step + stop_after)
        count = self.threads if self.device.type == "cpu" else 1

        def loader(rank):
            workers = 0 if count > 1 else self.config.workers
            return torch.utils.data.DataLoader(Batches(train, self.arch, self.config, rank, count), batch_size=None,
                                               sampler=range(self.step, last), num_workers=workers)

        replicas = Replicas(self.network, loader, count, self.config.box_weight)
        bar = tqdm(total=last, initial=self.step, disable=self.quiet, mininterval=5, dynamic_ncols=True, unit="step")
        sums, images, since, since_step = np.zeros(2), 0, time.monotonic(), self.step
        torch.set_num_threads(1 if count > 1 else self.threads)
        self.network.train()
        while self.step < last:
            losses, n = self._update(replicas)
            sums += losses
            images += n
            self.step += 1
            bar.update()
            if self.step % 50 == 0:
                rate = images / (time.monotonic() - since)
                bar.set_postfix(loss=f"{sums.sum() / max(1, self.step - since_step):.3f}", images_per_s=f"{rate:.0f}", refresh=False)
            if self.step % self.config.evaluate_every == 0 or self.step == last:
                rate = images / (time.monotonic() - since)
                self._report(sums / max(1, self.step - since_step), rate, validation)
                sums, images, since, since_step = np.zeros(2), 0, time.monotonic(), self.step
            if self.step % self.config.checkpoint_every == 0 or self.step == last:
                self.save()
        bar.close()
        replicas.close()

    def _update(self, replicas):
        rate = learning_rate(self.config, self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        losses, images = replicas.step()
        norm = float(torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip))
        if not math.isfinite(norm):
            raise FloatingPointError(f"the gradient is not finite at step {self.step}")
        self.optimizer.step()
        self.average.update(self.step)
        return losses.cpu().numpy(), images

    def _report(self, losses, rate, validation):
        row = {"step": self.step, "class_loss": float(losses[0]), "box_loss": float(losses[1]), "images_per_s": rate}
        threads = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        for name, samples in validation.items():
            row[f"ap_{name}"] = evaluate(samples, run_network(self.average.copy, self.arch, samples)).ap
        torch.set_num_threads(threads)
        self.history.append(row)
        with open(self.folder / "log.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerows(self.history)
        tqdm.write(", ".join(f"{k} {v:.4f}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items()))
        if validation and row[f"ap_{next(iter(validation))}"] > self.best:
            self.best = row[f"ap_{next(iter(validation))}"]
            _save({"average": self.average.copy.state_dict(), "step": self.step, "history": self.history}, self.folder / "best.pt")
        plot_curve(self.history, self.folder / "curve.png")


def _save(state, path):
    scratch = path.with_suffix(".tmp")
    torch.save(state, scratch)
    os.replace(scratch, path)


def plot_curve(history, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    steps = [r["step"] for r in history]
    figure, loss_axis = plt.subplots(figsize=(8, 4.5))
    loss_axis.plot(steps, [r["class_loss"] for r in history], color="tab:blue", label="class loss")
    loss_axis.plot(steps, [r["box_loss"] for r in history], color="tab:cyan", label="box loss")
    loss_axis.set(xlabel="step", ylabel="loss", ylim=(0, None))
    ap_axis = loss_axis.twinx()
    for key, colour in zip([k for k in history[0] if k.startswith("ap_")], ("tab:red", "tab:orange", "tab:brown")):
        ap_axis.plot(steps, [r[key] for r in history], color=colour, label=f"AP@0.5 {key[3:]} (averaged weights)")
    ap_axis.set(ylabel="AP", ylim=(0, 1))
    lines = loss_axis.get_lines() + ap_axis.get_lines()
    loss_axis.legend(lines, [line.get_label() for line in lines], loc="lower right")
    loss_axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.train", description="Train a detector.")
    parser.add_argument("config", help="TOML file of the run")
    parser.add_argument("--run", help="folder of the run (default: runs/<name of the TOML file>)")
    parser.add_argument("--resume", nargs="?", const="", metavar="CHECKPOINT", help="continue from the run's checkpoint, or from this one")
    options = parser.parse_args(arguments)
    try:
        config = read_config(options.config)
        run = Run(config, options.run or Path("runs") / Path(options.config).stem)
        if options.resume is not None:
            run.resume(options.resume or None)
        train = [s for path in config.train for s in read_annotations(path)]
        validation = {Path(path).stem: read_annotations(path) for path in config.val}
        tqdm.write(f"decoding {len(train) + sum(map(len, validation.values()))} pictures")
        for samples in (train, *validation.values()):
            load_pixels(samples)
        run.train(train, validation)
    except (ConfigError, DataError, archs.ArchError, OSError, ValueError) as error:
        sys.exit(f"train: {error}")


if __name__ == "__main__":
    main()
