"""The layers of the experiments: same shape as what they replace, and the recurrent scheme as it is defined."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "experiments"))

import operators
import person_task
import shapes
from rnnpool_training import arch as archs
from rnnpool_training.labelled import LabelledPicture
from rnnpool_training.layers import RNNPoolLayer
from rnnpool_training.views import SOMETHING
from substitutes import RecurrentPool, cost, substitute


@pytest.mark.parametrize("kind", [k for k in operators.KINDS if k != "base"])
@pytest.mark.parametrize("part", operators.PARTS.values())
def test_substitutes_leave_maps_of_the_same_shape(kind, part):
    side = part.size // 2
    layer = substitute(kind, **part.shape)
    output = layer(torch.randn(2, 8, side, side))
    assert output.shape == (2, 32, side // 4, side // 4)
    output.sum().backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in layer.parameters())
    assert all(value > 0 for value in cost(kind, **part.shape, rows=side, cols=side))


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_recurrent_pool_equals_pytorchs_cells_patch_by_patch(cell):
    torch.manual_seed(1)
    layer = RecurrentPool(3, 4, 6, 4, cell)
    for p in layer.parameters():
        torch.nn.init.normal_(p, std=0.5)

    def last(own, sequence):  # [n, p, inputs]: the same weights in PyTorch's own layer
        rnn = (torch.nn.GRU if cell == "gru" else torch.nn.LSTM)(sequence.shape[2], 4, batch_first=True)
        order = [1, 0, 2] if cell == "gru" else [0, 1, 2, 3]  # PyTorch has the reset gate first
        with torch.no_grad():
            rnn.weight_ih_l0.copy_(torch.cat([own.W[g].t() for g in order]))
            rnn.weight_hh_l0.copy_(torch.cat([own.U[g].t() for g in order]))
            rnn.bias_ih_l0.copy_(torch.cat([own.b[g, 0] for g in order]))
            rnn.bias_hh_l0.copy_(torch.cat([own.c[g, 0] for g in order]) if cell == "gru" else torch.zeros(16))
        return rnn(sequence)[0][:, -1]

    x = torch.randn(1, 3, 12, 16)
    padded = torch.nn.functional.pad(x, (1,) * 4)
    with torch.no_grad():
        actual = layer(x)
        for i in range(actual.shape[2]):
            for j in range(actual.shape[3]):
                patch = padded[0, :, 4 * i : 4 * i + 6, 4 * j : 4 * j + 6]
                rows, cols = last(layer.rnn1, patch.permute(1, 2, 0))[None], last(layer.rnn1, patch.permute(2, 1, 0))[None]
                expected = torch.cat([last(layer.rnn2, s)[0] for s in (rows, rows.flip(1), cols, cols.flip(1))])
                assert torch.allclose(actual[0, :, i, j], expected, atol=1e-5)


def test_the_cost_of_an_rnnpool_layer_is_that_of_arch():
    for part in operators.PARTS.values():
        layers = [{**layer, "patch": part.patch} if layer["type"] == "rnnpool" else layer for layer in person_task.POOLED]
        arch = archs.parse(person_task.document(layers, part.size))
        assert cost("rnnpool", **part.shape, rows=part.size // 2, cols=part.size // 2)[0] == archs.stages(arch)[1].madds
    base = archs.parse(person_task.document(person_task.BASE))
    pooled = archs.parse(person_task.document(person_task.POOLED))
    assert [(s.width, s.channels) for s in archs.stages(base)][-5:] == [(s.width, s.channels) for s in archs.stages(pooled)][-5:]


@pytest.mark.parametrize("kind", ["rnnpool", "base"])
def test_a_run_learns_from_views_that_were_drawn_once(kind, tmp_path):
    path = tmp_path / "arch.json"
    path.write_text(json.dumps(person_task.document(person_task.BASE if kind == "base" else person_task.POOLED)), "utf-8")
    rng = np.random.default_rng(0)
    covers = np.zeros((128, 64, 64), np.uint8)
    covers[64:, 16:48, 16:48] = SOMETHING
    images = (rng.integers(0, 100, covers.shape) + covers // 2).astype(np.uint8)  # what is something is bright
    pictures = [LabelledPicture(Path(f"{i}.jpg"), int(i >= 64), "made-up", True, 0.25, image) for i, image in enumerate(images)]
    config = replace(person_task.config_for(path, 20, 1), learning_rate=1e-2, warmup=5, ema=0.9)
    pool = None if kind == "base" else lambda: substitute(kind, **operators.PARTS["a"].shape)
    run = person_task.Experiment(config, tmp_path / "run", (images, np.arange(128) // 64, covers), pool)
    run.train([0], {"val": pictures})
    assert run.history[-1]["loss"] < 0.1


def test_results_survive_an_interruption(tmp_path):
    columns = ["kind", "seed", "accuracy"]
    person_task.Table(tmp_path / "t.csv", columns).add(kind="a", seed=1, accuracy=0.5)
    again = person_task.Table(tmp_path / "t.csv", columns)
    assert again.has(kind="a", seed=1) and not again.has(kind="a", seed=2)
    again.add(kind="a", seed=2, accuracy=0.7)
    assert person_task.Table(tmp_path / "t.csv", columns).mean("accuracy", kind="a")[::2] == (pytest.approx(0.6), 2)


def test_made_up_pictures_can_be_told_apart():
    images, labels = shapes.make("edges", 400, np.random.default_rng(0))
    assert images.shape == (400, 1, 16, 16) and set(labels.tolist()) == {0, 1, 2, 3}
    across, down = images.mean(2).std(2)[:, 0], images.mean(3).std(2)[:, 0]
    assert across[labels == 2].mean() > 3 * across[labels == 1].mean() and down[labels == 1].mean() > 3 * down[labels == 2].mean()
    accuracy, parameters = shapes.fit("edges", "rnnpool-hard", 1, 150)
    assert accuracy > 0.6 and parameters == 428
