"""Training with the rounding of 8-bit activations (Jacob et al., CVPR 2018, section 3), so that a network learns not to depend on what
model.rnnp cannot hold. Weights stay as they are: their rounding is small beside it, and the quantizer makes up for its mean."""

import torch

from .layers import RNNPoolLayer
from .network import ConvUnit, InvertedResidual

_RELU6_STEP = 6 / 255
_STATE_STEP = 1 / 128  # of a pool's output, which lies within -1..1
_HELD = 0.6  # of the largest value seen, the share that the quantizer's range of least error holds
_MEMORY = 0.99  # of the largest value, from batch to batch


class _Rounded(torch.autograd.Function):
    """The nearest multiple of a step; the gradient passes as if nothing had happened."""

    @staticmethod
    def forward(ctx, x, step):
        return (x / step).round_().mul_(step)

    @staticmethod
    def backward(ctx, grad):
        return grad, None


def _fixed(step):
    return lambda module, inputs, output: _Rounded.apply(output, step) if module.training else output


def _measured():
    """Rounds to the steps of 8 bits over the values that came lately."""
    largest = 0.0

    def hook(module, inputs, output):
        nonlocal largest
        if not module.training:
            return output
        now = float(output.detach().abs().amax())
        largest = now if largest == 0 else _MEMORY * largest + (1 - _MEMORY) * now
        return _Rounded.apply(output, 2 * _HELD * max(largest, 1e-6) / 255)

    return hook


def round_activations(network) -> int:
    """From now on what every layer gives while the network trains is rounded as in a package; returns how many layers do so."""
    count = 0
    for module in network.modules():
        if isinstance(module, ConvUnit) and module.activation:
            module.register_forward_hook(_fixed(_RELU6_STEP))
        elif isinstance(module, RNNPoolLayer):
            module.register_forward_hook(_fixed(_STATE_STEP))
        elif isinstance(module, InvertedResidual):
            module.register_forward_hook(_measured())
        else:
            continue
        count += 1
    return count
