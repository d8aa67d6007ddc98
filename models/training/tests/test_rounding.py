"""Rounded activations are those of 8 bits in training, and none otherwise."""

import torch

from conftest import randomised
from rnnpool_training import arch as archs
from rnnpool_training.network import ConvUnit, Network
from rnnpool_training.rounding import round_activations


def test_activations_are_rounded_in_training_only_and_gradients_pass(tiny):
    network, plain = (randomised(Network(archs.parse(tiny))) for _ in range(2))
    plain.load_state_dict(network.state_dict())
    assert round_activations(network) > 3
    seen = []
    unit = next(m for m in network.modules() if isinstance(m, ConvUnit) and m.activation)
    unit.register_forward_hook(lambda module, inputs, output: seen.append(output))
    x = torch.randn(2, 1, 48, 64)
    network.eval(), plain.eval()
    assert all(torch.equal(a, b) for a, b in zip(network(x), plain(x)))
    network.train()
    loss = sum(t.square().sum() for t in network(x))
    steps = seen[-1].detach() / (6 / 255)
    assert torch.allclose(steps, steps.round(), atol=1e-3) and steps.max() <= 255.001 and len(steps.unique()) > 10
    loss.backward()
    assert unit.conv.weight.grad.abs().sum() > 0
