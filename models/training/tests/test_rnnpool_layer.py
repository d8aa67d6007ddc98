"""RNNPoolLayer against the definition, patch by patch."""

import math

import pytest
import torch

from rnnpool_training import sweep
from rnnpool_training.layers import RNNPoolLayer


def final_state(cell, inputs, hard, corners=None):
    """The FastGRNN cell as the paper has it, over a list of vectors [N, k]. corners collects how near the arguments of
    the hard gates come to the points where their slope jumps."""
    W, U, bz, bh = cell
    h = torch.zeros(inputs[0].shape[0], U.shape[0], dtype=W.dtype)
    for x in inputs:
        a = x @ W.T + h @ U.T
        if hard:
            if corners is not None:
                corners += [((a + b).abs() - 1).abs().min().item() for b in (bz, bh)]
            z = torch.minimum(torch.maximum((a + bz + 1) / 2, torch.zeros(())), torch.ones(()))
            c = torch.minimum(torch.maximum(a + bh, -torch.ones(())), torch.ones(()))
        else:
            z, c = 1 / (1 + torch.exp(-(a + bz))), torch.tanh(a + bh)
        h = z * h + (1 - z) * c
    return h


def rnnpool(patch, one, two, hard, corners=None):
    """RNNPool of one patch [N, k, r, c]: [N, 4 h2]."""
    r, c = patch.shape[2:]
    rows = [final_state(one, [patch[:, :, i, j] for j in range(c)], hard, corners) for i in range(r)]
    cols = [final_state(one, [patch[:, :, i, j] for i in range(r)], hard, corners) for j in range(c)]
    return torch.cat([final_state(two, rows, hard, corners), final_state(two, rows[::-1], hard, corners),
                      final_state(two, cols, hard, corners), final_state(two, cols[::-1], hard, corners)], 1)


def naive(layer, x, patch, stride, corners=None):
    one = [p for p in layer.rnn1.tensors()]
    two = [p for p in layer.rnn2.tensors()]
    if patch == 0:
        return rnnpool(x, one, two, layer.hard, corners)[:, :, None, None]
    pad = (patch - stride) // 2
    n, k, height, width = x.shape
    padded = torch.zeros(n, k, height + 2 * pad, width + 2 * pad)
    padded[:, :, pad : pad + height, pad : pad + width] = x
    rows = []
    for top in range(0, height + 2 * pad - patch + 1, stride):
        rows.append(torch.stack([rnnpool(padded[:, :, top : top + patch, left : left + patch], one, two, layer.hard, corners)
                                 for left in range(0, width + 2 * pad - patch + 1, stride)], 2))
    return torch.stack(rows, 2)


def gradients(layer, output, x, weight):
    values = torch.autograd.grad((output * weight).sum(), [x, *layer.parameters()])
    return dict(zip(["input", *(name for name, _ in layer.named_parameters())], values))


CASES = [  # patch, stride, inputs, hidden1, hidden2, rows, columns
    (8, 4, 8, 16, 16, 8, 60), (6, 4, 3, 16, 16, 13, 18), (8, 4, 5, 8, 8, 16, 11), (5, 5, 2, 4, 4, 17, 11),
    (8, 4, 4, 6, 10, 11, 14), (7, 3, 4, 8, 8, 10, 17), (0, 1, 6, 8, 4, 7, 9),
]


@pytest.mark.parametrize("fused", [True, False], ids=["fused", "pytorch"])
@pytest.mark.parametrize("hard", [True, False], ids=["hard", "smooth"])
@pytest.mark.parametrize("patch,stride,inputs,h1,h2,rows,cols", CASES)
def test_equals_the_definition(patch, stride, inputs, h1, h2, rows, cols, hard, fused):
    if fused and not sweep.supports(inputs, h1, h2, patch or 99):
        fused = False  # such shapes take the PyTorch form in training too; it is checked again then
    # A gate's argument within rounding of a corner may fall on either side of it, with either slope: draw weights until
    # none does.
    for seed in range(50):
        torch.manual_seed(seed)
        layer = RNNPoolLayer(inputs, h1, h2, patch, stride, hard, fused=fused)
        for parameter in layer.parameters():  # large enough to reach the flat parts of the hard gates
            parameter.data = torch.randn(parameter.shape) * (0.7 / math.sqrt(parameter.shape[-1]) if parameter.ndim > 1 else 0.5)
        x = torch.randn(2, inputs, rows, cols, requires_grad=True)
        corners = []
        expected = naive(layer, x, patch, stride, corners)
        if min(corners, default=1) > 1e-6:
            break
    else:
        pytest.fail("every draw came too near a corner")
    weight = torch.randn(expected.shape)
    expected_gradients = gradients(layer, expected, x, weight)
    if fused:
        assert sweep.library(inputs, h1, hard) is not None, "gcc is needed for the fused layer"
    assert layer.fused == fused
    actual = layer(x)
    assert actual.shape == expected.shape
    assert (actual - expected).abs().max() < 1e-5
    for name, value in gradients(layer, actual, x, weight).items():
        error = (value - expected_gradients[name]).abs().max() / expected_gradients[name].abs().max()
        assert error < 1e-4, f"gradient of {name}: relative error {error:.1e}"


def test_states_stay_within_one():
    torch.manual_seed(1)
    layer = RNNPoolLayer(4, 16, 16, 8, 4, True)
    for parameter in layer.parameters():
        parameter.data *= 8
    assert layer(torch.randn(1, 4, 40, 40) * 10).abs().max() <= 1


def test_channels_last_and_strided_inputs():
    layer = RNNPoolLayer(8, 16, 16, 8, 4, True)
    x = torch.randn(2, 8, 24, 32)
    expected = layer(x)
    assert torch.equal(layer(x.contiguous(memory_format=torch.channels_last)), expected)
    assert torch.equal(layer(torch.cat([x, x], 3)[:, :, :, :32]), expected)


def test_many_images_agree_with_one():
    torch.manual_seed(2)
    layer = RNNPoolLayer(8, 16, 16, 8, 4, True)
    x = torch.randn(9, 8, 24, 32)
    assert torch.equal(layer(x)[4:5], layer(x[4:5]))


def test_a_map_smaller_than_the_patch_is_named():
    with pytest.raises(ValueError, match="2x3 is smaller than the RNNPool patch of 8"):
        RNNPoolLayer(1, 4, 4, 8, 4, True)(torch.zeros(1, 1, 3, 2))
