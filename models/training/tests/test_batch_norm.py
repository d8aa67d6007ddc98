"""The C code's batch norm and ReLU6 against PyTorch's."""

import pytest
import torch
import torch.nn.functional as F

from rnnpool_training.batch_norm import normalize


@pytest.mark.parametrize("shape", [(4, 8, 12, 16), (2, 72, 6, 8), (3, 20, 5, 7), (1, 300, 1, 3)])
@pytest.mark.parametrize("relu6", [True, False])
def test_equals_pytorch_forward_and_in_every_gradient(shape, relu6):
    torch.manual_seed(3)
    channels = shape[1]
    x = (torch.randn(shape) * 3 + torch.linspace(-50, 50, channels).view(1, -1, 1, 1)).contiguous(memory_format=torch.channels_last)
    grad = torch.randn(shape)
    norm = torch.nn.BatchNorm2d(channels, momentum=0.3)
    with torch.no_grad():
        norm.weight.uniform_(0.5, 4)
        norm.bias.normal_(0, 3)
    reference = torch.nn.BatchNorm2d(channels, momentum=0.3).double()
    reference.load_state_dict(norm.state_dict())

    exact = x.double().requires_grad_()
    wanted = reference(exact)
    wanted = F.relu6(wanted) if relu6 else wanted
    own = x.clone(memory_format=torch.channels_last).requires_grad_()
    y = normalize(own, norm, relu6)
    assert "FusedBatchNorm" in type(y.grad_fn).__name__, "gcc is needed for the fused batch norm"

    # A value on the edge of the clip may fall on either side of it in float32.
    inside = wanted.detach()
    sure = ((inside - 0).abs() > 1e-3) & ((inside - 6).abs() > 1e-3) | (inside == 0) | (inside == 6) if relu6 else torch.ones_like(inside, dtype=torch.bool)
    grad = grad * sure
    y.backward(grad)
    wanted.backward(grad.double())
    assert torch.allclose(y.double(), wanted, atol=2e-4)
    scale = max(1.0, float(exact.grad.abs().max()))
    assert torch.allclose(own.grad.double(), exact.grad, atol=1e-4 * scale)
    assert torch.allclose(norm.weight.grad.double(), reference.weight.grad, rtol=1e-3, atol=1e-3)
    assert torch.allclose(norm.bias.grad.double(), reference.bias.grad, rtol=1e-3, atol=1e-3)
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        assert torch.allclose(getattr(norm, name).double(), getattr(reference, name).double(), rtol=1e-4, atol=1e-4), name


def test_frozen_and_finished_layers_use_their_statistics():
    norm = torch.nn.BatchNorm2d(8).eval()
    norm.running_mean.fill_(2.0)
    x = torch.full((1, 8, 2, 2), 5.0)
    assert torch.allclose(normalize(x, norm, relu6=False), torch.full_like(x, 3.0), atol=1e-4)


def test_float64_takes_pytorchs_way():
    norm = torch.nn.BatchNorm2d(8).double()
    assert "FusedBatchNorm" not in type(normalize(torch.randn(2, 8, 4, 4).double().requires_grad_(), norm, relu6=True).grad_fn).__name__
