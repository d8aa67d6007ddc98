"""A trained run to what ships: python3 -m rnnpool_training.export --run runs/x --out ../face-qvga"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch

from . import arch as archs
from . import safetensors
from .data import DataError, load_pixels, read_annotations
from .accuracy import run_classifier, tensors_of
from .calibrate import calibrate_detector, centre_detector
from .equalize import equalize
from .labelled import load_pictures, read_labelled, without_labels
from .network import ConvUnit, Network
from .onnx_graph import build


def named_parts(network: Network):
    """(name, module, parameter) of all that is exported: a ConvUnit under the name of its convolution, whose weight and
    bias it becomes, or a single parameter under its own."""
    for layer in network.arch.layers:
        name, module = layer.name, network.layers[layer.name]
        if layer.type == "conv":
            yield name, module, None
        elif layer.type == "rnnpool":
            for rnn in ("rnn1", "rnn2"):
                for key, value in zip(("W", "U", "bz", "bh"), getattr(module, rnn).tensors()):
                    yield f"{name}.{rnn}.{key}", module, value
        elif layer.type in ("bottleneck", "separable"):
            parts = ("expand", "depthwise", "project") if layer.type == "bottleneck" else ("depthwise", "pointwise")
            for repeat, block in enumerate(module):
                for part in parts:
                    if getattr(block, part) is not None:
                        yield f"{name}.{repeat}.{part}", getattr(block, part), None
        elif layer.type == "head":
            for part, conv in (("class", module.classes), ("box", module.box)):
                yield f"{name}.{part}.weight", conv, conv.weight
                yield f"{name}.{part}.bias", conv, conv.bias
            if module.scale is not None:
                yield f"{name}.l2norm.weight", module, module.scale
        elif layer.type == "dense":
            yield f"{name}.weight", module[1], module[1].weight
            yield f"{name}.bias", module[1], module[1].bias


def folded_tensors(network: Network) -> dict:
    """Name -> float32 array, batch norm folded into the convolutions; the names are those of weights.safetensors."""
    tensors = {}
    for name, module, parameter in named_parts(network):
        if isinstance(module, ConvUnit):
            weight, bias = module.folded()
            tensors[f"{name}.weight"], tensors[f"{name}.bias"] = weight, bias
        else:
            tensors[name] = parameter
    return {name: value.detach().cpu().float().numpy() for name, value in tensors.items()}


def load_run(run, checkpoint="best.pt"):
    """Arch and network with the averaged weights of a run, in evaluation mode."""
    arch = archs.load(Path(run) / "arch.json")
    network = Network(arch)
    weights = torch.load(Path(run) / checkpoint, map_location="cpu")["average"]
    network.load_state_dict({name: value for name, value in weights.items() if not name.startswith("locator.")})
    return arch, network.eval()


def load_folded(folder):
    """Arch and network of a model's folder: weights.safetensors behind batch norms that do nothing."""
    arch = archs.load(Path(folder) / "arch.json")
    tensors = safetensors.load(Path(folder) / "weights.safetensors")
    network = Network(arch).eval()

    def take(name, parameter):
        if name not in tensors:
            raise safetensors.SafetensorsError(f"{folder}: tensor '{name}' is missing")
        value = torch.from_numpy(tensors.pop(name))
        if value.shape != parameter.shape:
            raise safetensors.SafetensorsError(f"{folder}: tensor '{name}' is {list(value.shape)}, not {list(parameter.shape)}")
        parameter.data.copy_(value)

    for name, module, part in named_parts(network):
        if isinstance(module, ConvUnit):
            take(f"{name}.weight", module.conv.weight)
            take(f"{name}.bias", module.norm.bias)
            module.norm.eps = 0.0
        else:
            take(name, part)
    if tensors:
        raise safetensors.SafetensorsError(f"{folder}: tensor '{next(iter(tensors))}' belongs to no layer")
    return arch, network


@torch.no_grad()
def calibrate(arch, network, pictures):
    """Scales and shifts a classifier's logits so that its scores are probabilities on the pictures (Platt); returns both."""
    scores = run_classifier(network, arch, pictures)[:, -1].astype(np.float64)
    truth = np.array([p.label == len(arch.labels) - 1 for p in pictures], np.float64)
    margin = np.log(np.maximum(scores, 1e-9)) - np.log(np.maximum(1 - scores, 1e-9))
    scale, shift = 1.0, 0.0
    for _ in range(50):  # Newton's method on the log-loss
        p = 1 / (1 + np.exp(-(scale * margin + shift)))
        weight = p * (1 - p) + 1e-9
        gradient = np.array([((p - truth) * margin).sum(), (p - truth).sum()])
        hessian = np.array([[(weight * margin**2).sum(), (weight * margin).sum()], [(weight * margin).sum(), weight.sum()]])
        scale, shift = np.array([scale, shift]) - np.linalg.solve(hessian, gradient)
    dense = network.layers[arch.layers[-1].name][1]
    dense.weight.mul_(scale)
    dense.bias.mul_(scale)
    dense.bias[0] -= shift / 2
    dense.bias[-1] += shift / 2
    return float(scale), float(shift)


def export(arch, network, folder, threshold=None):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    document = json.loads(json.dumps(arch.document))
    if threshold is not None:
        document["detection"]["scoreThreshold"] = threshold
    tensors = folded_tensors(network)
    safetensors.save(folder / "weights.safetensors", tensors, {"format": "pt"})
    onnx.save(build(archs.parse(document), tensors), str(folder / "model.onnx"))
    (folder / "arch.json").write_text(format_arch(document), "utf-8")


def format_arch(document: dict) -> str:
    """arch.json with a line per layer."""
    lines = []
    for key, value in document.items():
        if key == "layers":
            inner = ",\n".join("    " + json.dumps(layer) for layer in value)
            lines.append(f'  "layers": [\n{inner}\n  ]')
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.export", description="Write model.onnx, weights.safetensors, arch.json.")
    parser.add_argument("--run", required=True, help="folder of the run")
    parser.add_argument("--checkpoint", default="best.pt", help="best.pt (default) or checkpoint.pt")
    parser.add_argument("--out", required=True, help="folder of the model")
    parser.add_argument("--threshold", type=float, help="detection.scoreThreshold to write (default: as in the run, or as calibrated)")
    parser.add_argument("--calibrate", "--shift", metavar="CSV", nargs="+",
                        help="calibrate on these pictures: a classifier's scores become probabilities, and half of a detector's boxes of "
                             "score 0.5 are right")
    parser.add_argument("--face-free", metavar="CSV", nargs="+", default=[],
                        help="more pictures, of which those without any box count for a detector's threshold")
    parser.add_argument("--centre", metavar="CSV", nargs="+",
                        help="make 0.5 the score at which a detector gives one false face in --frames of these pictures labelled none")
    parser.add_argument("--frames", type=float, default=500,
                        help="face-free frames per false face at a detector's threshold (default: 500)")
    options = parser.parse_args(arguments)
    threshold = options.threshold
    try:
        arch, network = load_run(options.run, options.checkpoint)
        if options.calibrate and arch.task == "classification":
            pictures = [p for path in options.calibrate for p in read_labelled(path, arch.labels)]
            load_pictures(pictures)
            print("logits scaled by {:.3f} and shifted by {:.3f}".format(*calibrate(arch, network, pictures)))
            print(f"{equalize(network, tensors_of(arch, pictures))} channels stored larger")
        elif options.calibrate:
            samples = [s for path in options.calibrate for s in read_annotations(path)]
            load_pixels(samples)
            more = [s for path in options.face_free for s in read_annotations(path) if not len(s.boxes)]
            load_pixels(more)
            shift, working = calibrate_detector(arch, network, samples, options.frames, more)
            threshold = working if threshold is None else threshold
            print(f"logits shifted by {shift:.3f}; one false face in {options.frames:g} frames: threshold {working}")
        elif options.centre:
            threshold = 0.5 if threshold is None else threshold
            print(f"logits shifted by {centre_detector(arch, network, without_labels(options.centre), options.frames):.3f}")
        export(arch, network, options.out, threshold)
    except (archs.ArchError, DataError, OSError, RuntimeError, KeyError, ValueError) as error:
        sys.exit(f"export: {error}")
    size = (Path(options.out) / "model.onnx").stat().st_size
    print(f"{options.out}: {sum(p.numel() for p in network.parameters())} parameters in training, model.onnx {size} bytes")


if __name__ == "__main__":
    main()
