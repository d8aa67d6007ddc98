"""Input size against accuracy, memory and instructions: python3 experiments/tradeoff.py --edge "dotnet .../rnnpool-edge.dll" MODEL...

MODEL is a folder with arch.json and weights.safetensors of a classifier. Nothing in such a net depends on the input's size, so the same
weights are tried at several: accuracy on val in float, the arena and Cortex-M4 instructions of the package quantized at that size, counted
in QEMU (as firmware/bench.sh does, on one picture; a classifier's instructions do not depend on the picture).
Writes docs/experiments/tradeoff.csv, where rows that are there are not made again, and tradeoff.png."""

import argparse
import json
import shlex
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

from person_task import DATA, HERE, RESULTS, Table
from rnnpool_training import accuracy
from rnnpool_training import arch as archs
from rnnpool_training.export import load_folded
from rnnpool_training.labelled import load_pictures, read_labelled
from rnnpool_training.network import Network

FIRMWARE = HERE.parents[2] / "firmware"
COLUMNS = ["model", "size", "accuracy", "auc", "madds", "arena_bytes", "instructions"]
MEASURE = """set -e
cd {firmware}; export RNNP_BUILD={work}/build; source ./common.sh; mkdir -p $RNNP_BUILD
configure_board net stm32f405 {work}/model.rnnp; build net
qemu-system-arm -M netduinoplus2 -display none -monitor none -serial none -icount shift=0 \
  -semihosting-config enable=on,target=native,arg={work}/picture.grey -kernel $RNNP_BUILD/net/bench/rnnp_bench 2>&1 </dev/null"""


def measure(model, arch_document, edge, calibration, work):
    """(arena bytes, instructions) of a package made of the model at the size that the document states."""
    (work / "arch.json").write_text(json.dumps(arch_document), "utf-8")
    subprocess.run([*shlex.split(edge), "model", "quantize", "--arch", work / "arch.json", "--weights", Path(model) / "weights.safetensors",
                    "--calibration", calibration, "--out", work / "model.rnnp"], check=True, stdout=subprocess.DEVNULL)
    size = arch_document["input"]["width"] * arch_document["input"]["height"]
    (work / "picture.grey").write_bytes(np.random.default_rng(0).integers(0, 256, size, np.uint8).tobytes())
    script = MEASURE.format(firmware=shlex.quote(str(FIRMWARE)), work=work)
    output = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True).stdout
    result = json.loads(output[output.index("{"):])
    return result["arenaBytes"], result["instructions"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--edge", required=True, help="how rnnpool-edge is started")
    parser.add_argument("--sizes", type=int, nargs="*", default=[64, 80, 96, 112, 128, 144, 160])
    options = parser.parse_args()
    torch.set_num_threads(1)
    table = Table(RESULTS / "tradeoff.csv", COLUMNS)
    pictures = read_labelled(DATA / "val.csv", ("none", "person"))
    load_pictures(pictures)
    for model in options.models:
        shipped, network = load_folded(model)
        for size in options.sizes:
            if table.has(model=shipped.name, size=size):
                continue
            document = json.loads(json.dumps(shipped.document))
            document["input"].update(width=size, height=size)
            arch = archs.parse(document)
            resized = Network(arch)
            resized.load_state_dict(network.state_dict())
            for own, other in zip(resized.modules(), network.modules()):
                if isinstance(own, torch.nn.BatchNorm2d):
                    own.eps = other.eps
            judged = accuracy.judge(pictures, accuracy.run_classifier(resized, arch, pictures))
            with tempfile.TemporaryDirectory() as work:
                arena, instructions = measure(model, document, options.edge, DATA / "train.csv", Path(work))
            table.add(model=shipped.name, size=size, accuracy=round(judged.accuracy, 4), auc=round(judged.auc(), 4),
                      madds=sum(s.madds for s in archs.stages(arch)), arena_bytes=arena, instructions=instructions)
            print(table.rows[-1], flush=True)
    draw(table)


def draw(table):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for model in dict.fromkeys(r["model"] for r in table.rows):
        rows = sorted((r for r in table.rows if r["model"] == model), key=lambda r: int(r["size"]))
        for axis, column, unit in zip(axes, ("instructions", "arena_bytes"), (1e6, 1e3)):
            axis.plot([float(r[column]) / unit for r in rows], [float(r["accuracy"]) for r in rows], "o-", label=model)
            for r in rows:
                axis.annotate(r["size"], (float(r[column]) / unit, float(r["accuracy"])), textcoords="offset points", xytext=(4, -10),
                              fontsize=8)
    axes[0].axvline(12, color="grey", linestyle=":")
    axes[1].axvline(34, color="grey", linestyle=":")
    axes[0].set(xlabel="Cortex-M4 instructions, millions", ylabel="accuracy on val (float)", title="input size beside each point")
    axes[1].set(xlabel="arena, kB")
    for axis in axes:
        axis.grid(alpha=0.3)
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(RESULTS / "tradeoff.png", dpi=100)
    plt.close(figure)


if __name__ == "__main__":
    main()
