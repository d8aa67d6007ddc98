"""Width against accuracy, memory and instructions: python3 experiments/widths.py --edge "dotnet .../rnnpool-edge.dll"

Nets of person-vww-96's shape, narrower and wider behind RNNPool, all trained alike and for a short time: stem and pool begin as
person-vww's, the blocks behind them with random weights, without a teacher. Accuracy in float after the last step, averaged weights; arena
and instructions as tradeoff.py counts them. Writes docs/experiments/widths.csv, where rows that are there are not made again."""

import argparse
import copy
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from person_task import DATA, HERE, RESULTS, Table
from rnnpool_training import arch as archs
from rnnpool_training.export import export, load_run
from rnnpool_training.train import Run, read_config
from tradeoff import measure

SETTINGS = HERE.parent / "configs" / "person-vww-96.toml"
COLUMNS = ["width", "seed", "steps", "accuracy", "madds", "parameters", "arena_bytes", "instructions"]


def widened(document, factor):
    """The net with `factor` times the channels in all layers behind RNNPool, in steps of 8."""
    result = copy.deepcopy(document)
    for layer in result["layers"]:
        if layer["type"] == "bottleneck" or layer["name"] == "last":
            layer["channels"] = max(8, round(layer["channels"] * factor / 8) * 8)
    return result


def front(checkpoint, path):
    """Stem and pool of a checkpoint alone."""
    weights = torch.load(checkpoint, map_location="cpu")["average"]
    torch.save({"average": {k: v for k, v in weights.items() if k.startswith(("layers.stem.", "layers.pool."))}}, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edge", required=True, help="how rnnpool-edge is started")
    parser.add_argument("--widths", type=float, nargs="*", default=[0.5, 1.0, 1.5])
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    settings, table = read_config(SETTINGS), Table(RESULTS / "widths.csv", COLUMNS)
    document = archs.load(settings.arch).document
    for seed in range(1, options.seeds + 1):
        for width in options.widths:
            if table.has(width=width, seed=seed, steps=options.steps):
                continue
            with tempfile.TemporaryDirectory() as folder:
                work = Path(folder)
                (work / "net.json").write_text(json.dumps(widened(document, width)), "utf-8")
                front(settings.transfer, work / "front.pt")
                config = replace(settings, arch=str(work / "net.json"), transfer=str(work / "front.pt"), teacher="", steps=options.steps,
                                 seed=seed, ema=0.997, evaluate_every=options.steps, checkpoint_every=10**9)
                run = Run(config, work / "run")
                run.train([p for path in config.train for p in run.task.read(path)], {"val": run.task.read(config.val[0])})
                arch, network = load_run(run.folder)
                export(arch, network, work / "model", None)
                arena, instructions = measure(work / "model", arch.document, options.edge, DATA / "train.csv", work)
            stages = archs.stages(arch)
            table.add(width=width, seed=seed, steps=options.steps, accuracy=round(run.history[-1]["accuracy_val"], 4),
                      madds=sum(s.madds for s in stages), parameters=sum(s.parameters for s in stages), arena_bytes=arena,
                      instructions=instructions)
            print(table.rows[-1], flush=True)


if __name__ == "__main__":
    main()
