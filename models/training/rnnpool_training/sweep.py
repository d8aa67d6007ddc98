"""The fused RNNPoolLayer: a C library per shape of cell, compiled on first use, called through ctypes."""

import ctypes

import torch

from . import native

MAX_PATCH = 16


class _Geometry(ctypes.Structure):
    _fields_ = [(name, ctypes.c_long) for name in ("images", "rows", "cols", "patch", "stride", "pad")]


class _Weights(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in ("W", "U", "bz", "bh")]


def supports(inputs: int, hidden1: int, hidden2: int, patch: int) -> bool:
    """Whether the C code covers a layer of this shape (a vector type needs a power of two)."""
    return hidden1 == hidden2 and hidden1 in (4, 8, 16, 32) and patch <= MAX_PATCH and inputs <= 256


def library(inputs: int, hidden: int, hard: bool) -> ctypes.CDLL | None:
    """The library for this shape of cell, or None where there is no gcc (the PyTorch form is used then)."""
    return native.library("rnnpool_layer.c", f"-DK={inputs}", f"-DH={hidden}", f"-DHARD={int(hard)}")


def _weights(tensors) -> _Weights:
    return _Weights(*(t.data_ptr() for t in tensors))


class FusedRNNPool(torch.autograd.Function):
    """RNNPoolLayer on channels-last float32 tensors of the CPU: [N, K, R, C] to [N, 4 H, rows, cols]."""

    @staticmethod
    def forward(ctx, x, patch, stride, pad, hard, *parameters):
        n, inputs, rows, cols = x.shape
        hidden = parameters[1].shape[0]
        x = x.contiguous(memory_format=torch.channels_last)
        parameters = [p.detach().contiguous() for p in parameters]
        out_rows, out_cols = ((size + 2 * pad - patch) // stride + 1 for size in (rows, cols))
        output = torch.empty((n, 4 * hidden, out_rows, out_cols), memory_format=torch.channels_last)
        row_state = torch.empty(n, rows + 2 * pad, out_cols, hidden)
        col_state = torch.empty(n, out_rows, cols + 2 * pad, hidden)
        geometry = _Geometry(n, rows, cols, patch, stride, pad)
        failed = library(inputs, hidden, hard).rnnpool_forward(
            ctypes.byref(geometry), ctypes.byref(_weights(parameters[:4])), ctypes.byref(_weights(parameters[4:])),
            *(ctypes.c_void_p(t.data_ptr()) for t in (x, output, row_state, col_state)))
        if failed:
            raise MemoryError("not enough memory for an RNNPool layer")
        ctx.save_for_backward(x, row_state, col_state, *parameters)
        ctx.layer = (geometry, hidden, hard)
        return output

    @staticmethod
    def backward(ctx, grad):
        x, row_state, col_state, *parameters = ctx.saved_tensors
        geometry, hidden, hard = ctx.layer
        grad = grad.contiguous(memory_format=torch.channels_last)
        grad_x = torch.empty_like(x, memory_format=torch.channels_last)
        grads = [torch.zeros_like(p) for p in parameters]
        failed = library(x.shape[1], hidden, hard).rnnpool_backward(
            ctypes.byref(geometry), ctypes.byref(_weights(parameters[:4])), ctypes.byref(_weights(parameters[4:])),
            *(ctypes.c_void_p(t.data_ptr()) for t in (x, row_state, col_state, grad, grad_x)),
            ctypes.byref(_weights(grads[:4])), ctypes.byref(_weights(grads[4:])))
        if failed:
            raise MemoryError("not enough memory for the gradient of an RNNPool layer")
        return (grad_x, None, None, None, None, *grads)
