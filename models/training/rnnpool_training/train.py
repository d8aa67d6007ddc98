"""Trains a detector or a classifier: python3 -m rnnpool_training.train configs/face-qvga.toml"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # waiting threads would starve the ones that prepare crops

import argparse
import copy
import csv
import json
import math
import sys
import time
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from . import arch as archs
from .classification import Classification
from .data import DataError
from .detection import Detection
from .layers import FastGRNN
from .native import keep_freed_memory
from .replicas import Replicas
from .rounding import round_activations

TASKS = {"detection": Detection, "classification": Classification}


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
    recurrent_bound: float = 3.98  # largest sum of absolute values in a row of a FastGRNN's U
    evaluate_every: int = 2000
    checkpoint_every: int = 500
    threads: int = 0  # processes that train on a CPU; 0: as many as there are processors
    workers: int = 4  # processes that prepare crops, where one process trains (a GPU)
    init: str = ""  # checkpoint whose averaged weights are the start
    transfer: str = ""  # checkpoint, perhaps of another net, whose layers of the same name and shape are the start
    freeze: tuple = ()  # names of layers that keep the weights they start with
    identity: tuple = ()  # names of bottlenecks whose residual blocks start by changing nothing: more layers for a trained net
    weights: dict = field(default_factory=dict)  # sampling weight of a source, 1 unless named
    task: str = "detection"  # or "classification", as in arch.json
    augmentation: object = None  # options of augment.Augmentation or views.Views, whichever the task has
    matching: dict = field(default_factory=dict)  # detection: options of anchors.match
    balance: float = 0.5  # detection: 0: every positive anchor weighs the same; 1: every face
    round_activations: bool = False  # to 8 bits while training; see rounding.py
    overlap: float = 0.0  # detection: weight of 1 - generalized IoU in the box loss
    quality: float = 0.0  # detection: how far a positive's wanted score follows how good its box is; see loss.py
    not_faces: str = ""  # detection: CSV of wrong boxes in the training pictures, see data.remove_boxes
    label_smoothing: float = 0.05  # classification
    boxes: str = ""  # classification: CSV of boxes in training pictures, see labelled.read_boxes
    locate: str = ""  # classification: layer whose cells also learn what stands where, out of those boxes
    locate_weight: float = 1.0  # of that loss
    teacher: str = ""  # classification: folder of a model whose answers are learnt beside the labels
    teacher_share: float = 0.5  # of the target that comes from the teacher


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
        document["augmentation"] = TASKS[document.setdefault("task", "detection")].augmentation(
            **{k: tuple(v) if isinstance(v, list) else v for k, v in augmentation.items()})
    except KeyError:
        raise ConfigError(f"{path}: 'task' is '{document['task']}'; it must be one of {', '.join(TASKS)}") from None
    except TypeError as error:
        raise ConfigError(f"{path}: {error}") from None
    if not document["phases"] or document["phases"][-1].until < 1:
        raise ConfigError(f"{path}: the last of 'phases' must have until = 1.0")
    for key in ("train", "val"):
        document[key] = tuple(str(path.parent / p) for p in document[key])
    for key in ("arch", "init", "transfer", "teacher", "boxes", "not_faces"):
        if document.get(key):
            document[key] = str(path.parent / document[key])
    return Config(**document)


class Batches(torch.utils.data.Dataset):
    """Step number to the part of its batch that process `rank` of `count` works on; the same step always gives the same
    part, with or without an interruption before it."""

    def __init__(self, samples, task, config: Config, rank=0, count=1):
        self.task, self.config, self.rank, self.count = task, config, rank, count
        self.sampler = task.sampler(samples)

    def __len__(self):
        return self.config.steps

    def phase(self, step) -> Phase:
        return next(p for p in self.config.phases if step < p.until * self.config.steps)

    def __getitem__(self, step):
        phase = self.phase(step)
        rng = np.random.default_rng([self.config.seed, step, self.rank])
        return self.task.batch(self.sampler, phase, max(1, phase.batch // self.count), rng)


class Average:
    """Exponential moving average of a network's weights and batch norm statistics."""

    def __init__(self, network, decay):
        self.decay = decay
        self.source = [t for t in network.state_dict(keep_vars=True).values() if t.is_floating_point()]
        self.copy = copy.deepcopy(network)
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
        keep_freed_memory()
        torch.manual_seed(config.seed)
        self.threads = config.threads or os.cpu_count() or 1
        torch.set_num_threads(self.threads)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.arch = archs.load(config.arch)
        if self.arch.task != config.task:
            raise ConfigError(f"the task of the run is {config.task}, but {config.arch} is for {self.arch.task}")
        self.task = TASKS[config.task](self.arch, config)
        (self.folder / "arch.json").write_text(json.dumps(self.arch.document, indent=2) + "\n", "utf-8")
        self.network = self.build().to(self.device, memory_format=torch.channels_last)
        if config.transfer:
            tqdm.write(f"{transfer(self.network, config.transfer)} tensors taken from {config.transfer}")
        if config.init:
            self.network.load_state_dict(torch.load(config.init, map_location=self.device)["average"])
        for name in config.freeze:
            if name not in self.network.layers:
                raise ConfigError(f"'freeze' names the layer '{name}', which {config.arch} lacks")
            self.network.layers[name].requires_grad_(False)
        for name in config.identity:
            if all((layer.name, layer.type) != (name, "bottleneck") for layer in self.arch.layers):
                raise ConfigError(f"'identity' names the layer '{name}', which is no bottleneck of {config.arch}")
            start_as_identity(self.network.layers[name])
        if config.round_activations:
            round_activations(self.network)
        self.cells = [m for m in self.network.modules() if isinstance(m, FastGRNN)]
        trained = [p for p in self.network.parameters() if p.requires_grad]
        decayed, others = [p for p in trained if p.ndim > 1], [p for p in trained if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": config.weight_decay},
                                            {"params": others, "weight_decay": 0.0}], lr=config.learning_rate)
        self.average = Average(self.network, config.ema)
        self.step, self.best, self.history = 0, -1.0, []

    def build(self):
        """The network to train; a subclass may put other layers into it."""
        return self.task.build()

    @property
    def checkpoint(self):
        return self.folder / "checkpoint.pt"

    def save(self):
        state = {"step": self.step, "best": self.best, "history": self.history, "network": self.network.state_dict(),
                 "average": self.average.copy.state_dict(), "optimizer": self.optimizer.state_dict()}
        _save(state, self.checkpoint)

    def resume(self, path=None):
        path = path or self.checkpoint
        state = torch.load(path, map_location=self.device)
        if "optimizer" not in state:
            raise ConfigError(f"{path} has averaged weights only, from which a run can start ('init') but not go on")
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
            return torch.utils.data.DataLoader(Batches(train, self.task, self.config, rank, count), batch_size=None,
                                               sampler=range(self.step, last), num_workers=workers)

        replicas = Replicas(self.network, loader, count, self.task.loss, len(self.task.losses))
        bar = tqdm(total=last, initial=self.step, disable=self.quiet, mininterval=5, dynamic_ncols=True, unit="step")
        sums, images, since, since_step = np.zeros(len(self.task.losses)), 0, time.monotonic(), self.step
        torch.set_num_threads(1 if count > 1 else self.threads)
        self.network.train()
        for name in self.config.freeze:
            self.network.layers[name].eval()  # batch norm keeps its statistics too
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
                sums, images, since, since_step = np.zeros(len(self.task.losses)), 0, time.monotonic(), self.step
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
        for cell in self.cells:
            cell.bound(self.config.recurrent_bound)
        self.average.update(self.step)
        return losses.cpu().numpy(), images

    def _report(self, losses, rate, validation):
        row = {"step": self.step, **{name: float(v) for name, v in zip(self.task.losses, losses)}, "images_per_s": rate}
        threads = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        for name, samples in validation.items():
            for metric, value in zip(self.task.metrics, self.task.measure(self.average.copy, samples)):
                row[f"{metric}_{name}"] = value
        torch.set_num_threads(threads)
        self.history.append(row)
        with open(self.folder / "log.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerows(self.history)
        tqdm.write(", ".join(f"{k} {v:.4f}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items()))
        first = f"{self.task.metrics[0]}_{next(iter(validation), '')}"
        if row.get(first, -1.0) > self.best:
            self.best = row[first]
            _save({"average": self.average.copy.state_dict(), "step": self.step, "history": self.history}, self.folder / "best.pt")
        plot_curve(self.history, self.task, self.folder / "curve.png")


def _save(state, path):
    scratch = path.with_suffix(".tmp")
    torch.save(state, scratch)
    os.replace(scratch, path)


def transfer(network, path) -> int:
    """Copies the averaged weights of a checkpoint into the layers that have the same name and shape; returns how many tensors."""
    source, own = torch.load(path, map_location="cpu")["average"], network.state_dict()
    common = {k: v for k, v in source.items() if k in own and own[k].shape == v.shape}
    network.load_state_dict({**own, **common})
    return len(common)


def start_as_identity(bottleneck) -> None:
    """Scales what every residual block of a new bottleneck adds by 0 (Goyal et al., 2017, section 5.1)."""
    for block in bottleneck:
        if block.residual:
            torch.nn.init.zeros_(block.project.norm.weight)


def plot_curve(history, task, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, loss_axis = plt.subplots(figsize=(8, 4.5))

    def line(axis, key, colour, label):  # what was not measured at a step is left out of the line
        rows = [r for r in history if math.isfinite(r.get(key, math.nan))]
        axis.plot([r["step"] for r in rows], [r[key] for r in rows], color=colour, label=label, marker=".")

    for key, colour in zip(task.losses, ("tab:blue", "tab:cyan")):
        line(loss_axis, key, colour, key.replace("_", " "))
    loss_axis.set(xlabel="step", ylabel="loss", ylim=(0, None))
    axis = loss_axis.twinx()
    metric = task.metrics[0]
    for key, colour in zip([k for k in history[0] if k.startswith(f"{metric}_")], ("tab:red", "tab:orange", "tab:brown")):
        line(axis, key, colour, f"{metric} {key[len(metric) + 1:]} (averaged weights)")
    axis.set(ylabel=metric, ylim=(0, 1))
    lines = loss_axis.get_lines() + axis.get_lines()
    loss_axis.legend(lines, [line.get_label() for line in lines], loc="lower right")
    loss_axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.train", description="Train a detector or a classifier.")
    parser.add_argument("config", help="TOML file of the run")
    parser.add_argument("--run", help="folder of the run (default: runs/<name of the TOML file>)")
    parser.add_argument("--resume", nargs="?", const="", metavar="CHECKPOINT", help="continue from the run's checkpoint, or from this one")
    options = parser.parse_args(arguments)
    try:
        config = read_config(options.config)
        run = Run(config, options.run or Path("runs") / Path(options.config).stem)
        if options.resume is not None:
            run.resume(options.resume or None)
        train = [s for path in config.train for s in run.task.read(path)]
        validation = {Path(path).stem: run.task.read(path) for path in config.val}
        tqdm.write(f"{len(train) + sum(map(len, validation.values()))} pictures decoded")
        run.train(train, validation)
    except (ConfigError, DataError, archs.ArchError, OSError, ValueError) as error:
        sys.exit(f"train: {error}")


if __name__ == "__main__":
    main()
