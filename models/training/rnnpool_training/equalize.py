"""Keeps folded depthwise weights within what 8-bit arithmetic can requantize.

A channel that hardly ever rises above zero has a tiny variance, and batch norm folds into a huge weight behind it. The
channel can be stored larger and the weight smaller by the same factor, as long as ReLU6 does not clip it: cross-layer
equalization (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV 2019), with
the room up to 6 measured on pictures.
"""

import torch

from .network import InvertedResidual


@torch.no_grad()
def equalize(network, images, limit: float = 8.0, batch: int = 32) -> int:
    """images: [n, 1, h, w] as the network reads them. No folded depthwise weight stays above `limit` if there is room for it;
    outputs on these images stay as they are. Returns how many channels were changed."""
    blocks = [m for m in network.modules() if isinstance(m, InvertedResidual) and m.expand is not None]
    largest = {block: torch.zeros(block.expand.norm.num_features) for block in blocks}

    def hook(block):
        def see(module, inputs, output):
            largest[block] = torch.maximum(largest[block], output.amax((0, 2, 3)))
        return see

    handles = [block.expand.register_forward_hook(hook(block)) for block in blocks]
    network.eval()
    for first in range(0, len(images), batch):
        network(images[first : first + batch].contiguous(memory_format=torch.channels_last))
    for handle in handles:
        handle.remove()
    changed = 0
    for block in blocks:
        weight = block.depthwise.folded()[0].abs().amax((1, 2, 3))
        factor = torch.minimum((weight / limit).clamp(min=1), 6 / largest[block].clamp(min=1e-6)).clamp(min=1)
        block.expand.norm.weight.mul_(factor)
        block.expand.norm.bias.mul_(factor)
        block.depthwise.conv.weight.div_(factor.view(-1, 1, 1, 1))
        changed += int((factor > 1).sum())
    return changed
