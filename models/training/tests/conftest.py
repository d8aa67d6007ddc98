import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import pytest
import torch

torch.set_num_threads(1)

MODEL = Path(__file__).resolve().parents[2] / "face-qvga"


@pytest.fixture
def tiny():
    """A small detector with every kind of layer that a detector may have; input 64x48."""
    return {
        "format": "rnnpool-arch", "version": 1, "name": "tiny", "task": "detection",
        "input": {"width": 64, "height": 48, "channels": 1, "mean": 128.0, "scale": 128.0}, "labels": ["face"],
        "layers": [
            {"type": "conv", "name": "stem", "kernel": 3, "channels": 4, "stride": 2},
            {"type": "rnnpool", "name": "pool", "patch": 6, "stride": 4, "hidden1": 8, "hidden2": 8, "gate": "hard"},
            {"type": "bottleneck", "name": "b1", "expansion": 2, "channels": 8, "repeats": 2, "stride": 1},
            {"type": "head", "name": "h8", "anchors": [{"width": 8, "height": 10, "background": 3},
                                                       {"width": 16, "height": 20, "background": 1}]},
            {"type": "separable", "name": "s1", "channels": 8, "repeats": 1, "stride": 2},
            {"type": "head", "name": "h16", "anchors": [{"width": 30, "height": 38}], "l2norm": 5},
        ],
        "detection": {"variances": [0.1, 0.2], "scoreThreshold": 0.5, "nmsIou": 0.4, "maxDetections": 100},
    }


@pytest.fixture
def classifier():
    return {
        "format": "rnnpool-arch", "version": 1, "name": "person", "task": "classification",
        "input": {"width": 48, "height": 40, "channels": 1, "mean": 128.0, "scale": 128.0}, "labels": ["none", "person"],
        "layers": [
            {"type": "conv", "name": "stem", "kernel": 3, "channels": 4, "stride": 2},
            {"type": "rnnpool", "name": "pool", "patch": 8, "stride": 4, "hidden1": 8, "hidden2": 4, "gate": "smooth"},
            {"type": "bottleneck", "name": "b1", "expansion": 1, "channels": 16, "repeats": 1, "stride": 1},
            {"type": "rnnpool", "name": "last", "global": True, "hidden1": 8, "hidden2": 8, "gate": "hard"},
            {"type": "dense", "name": "fc", "channels": 2},
        ],
    }


def randomised(network, seed=0):
    """Batch norms with statistics that a folding error would not survive."""
    torch.manual_seed(seed)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.4, 1.8)
            torch.nn.init.uniform_(module.weight, 0.6, 1.5)
            torch.nn.init.normal_(module.bias, 0.2, 0.4)
        elif isinstance(module, torch.nn.Conv2d) and module.bias is not None:
            torch.nn.init.normal_(module.weight, 0, 0.2)
            torch.nn.init.normal_(module.bias, 0, 0.3)
    return network.eval()
