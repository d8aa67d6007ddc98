"""Rebalancing channels changes weights, not what the network says."""

import torch

from conftest import randomised
from rnnpool_training import arch as archs
from rnnpool_training.equalize import equalize
from rnnpool_training.network import InvertedResidual, Network


def test_huge_weights_shrink_and_outputs_stay(tiny):
    network = randomised(Network(archs.parse(tiny)))
    block = next(m for m in network.modules() if isinstance(m, InvertedResidual) and m.expand is not None)
    with torch.no_grad():  # channel 2 is nearly silent, and what is behind it listens very closely; channel 3 is dead
        block.expand.norm.weight[2] *= 0.01
        block.expand.norm.bias[2] = 0.01
        block.depthwise.conv.weight[2:4] = 0.3
        block.depthwise.norm.running_var[2] = 1e-5
        block.expand.norm.weight[3] = 0
        block.expand.norm.bias[3] = -1
        block.depthwise.norm.running_var[3] = 1e-6
    images = torch.randn(5, 1, 48, 64)
    before = [t.clone() for t in network(images)]
    assert block.depthwise.folded()[0].abs().amax() > 20
    assert equalize(network, images, limit=8.0, batch=2) >= 2
    assert block.depthwise.folded()[0][2:4].abs().amax() <= 8.0 + 1e-4
    for a, b in zip(before, network(images)):
        assert torch.allclose(a, b, atol=1e-3)


def test_no_channel_is_pushed_over_the_clip(tiny):
    network = randomised(Network(archs.parse(tiny)))
    images = torch.randn(5, 1, 48, 64)
    before = [t.clone() for t in network(images)]
    equalize(network, images, limit=1e-3)
    for a, b in zip(before, network(images)):
        assert torch.allclose(a, b, atol=1e-3)
