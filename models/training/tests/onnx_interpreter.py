"""Runs the ONNX graphs of this project with PyTorch operators: a second reading of the standard, for the tests."""

import torch
import torch.nn.functional as F
from onnx import numpy_helper


def run(model, image: torch.Tensor) -> dict:
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in model.graph.initializer}
    values[model.graph.input[0].name] = image
    for node in model.graph.node:
        attributes = {a.name: _attribute(a) for a in node.attribute}
        result = _OPERATORS[node.op_type](*(values[name] for name in node.input if name), **attributes)
        for name, value in zip(node.output, result if isinstance(result, (tuple, list)) else [result]):
            values[name] = value
    return {output.name: values[output.name] for output in model.graph.output}


def _attribute(a):
    return {1: a.f, 2: a.i, 3: a.s.decode(), 7: list(a.ints)}[a.type]


def _conv(x, w, b=None, *, kernel_shape, strides, pads, group):
    assert list(w.shape[2:]) == kernel_shape and pads[:2] == pads[2:]
    return F.conv2d(x, w, b, strides, pads[:2], groups=group)


def _slice(x, starts, ends, axes, steps):
    index = [slice(None)] * x.ndim
    for start, end, axis, step in zip(starts.tolist(), ends.tolist(), axes.tolist(), steps.tolist()):
        assert 0 <= start < end <= x.shape[axis]
        index[axis] = slice(start, end, step)
    return x[tuple(index)]


def _pad(x, pads, *, mode="constant"):
    pads, n = pads.tolist(), x.ndim
    if mode == "edge":
        assert pads[:2] == pads[n : n + 2] == [0, 0]
        return F.pad(x, [pads[3], pads[n + 3], pads[2], pads[n + 2]], mode="replicate")
    return F.pad(x, [v for axis in reversed(range(n)) for v in (pads[axis], pads[axis + n])])


def _depth_to_space(x, *, blocksize, mode):
    assert mode == "CRD"
    return F.pixel_shuffle(x, blocksize)


def _reshape(x, shape):
    return x.reshape([x.shape[i] if v == 0 else v for i, v in enumerate(shape.tolist())])


_OPERATORS = {
    "Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div, "Sqrt": torch.sqrt,
    "Clip": lambda x, low, high: torch.minimum(torch.maximum(x, low), high),
    "HardSigmoid": lambda x, alpha, beta: torch.clamp(alpha * x + beta, 0, 1),
    "Sigmoid": torch.sigmoid, "Tanh": torch.tanh,
    "Concat": lambda *x, axis: torch.cat(x, axis),
    "Split": lambda x, sizes, axis: torch.split(x, sizes.tolist(), axis),
    "Transpose": lambda x, perm: x.permute(perm),
    "ReduceMin": lambda x, axes, keepdims: x.amin(axes, bool(keepdims)),
    "ReduceSum": lambda x, axes, keepdims: x.sum(axes.tolist(), bool(keepdims)),
    "GlobalAveragePool": lambda x: x.mean((2, 3), keepdim=True),
    "Flatten": lambda x, axis: x.flatten(axis),
    "Gemm": lambda a, b, c, transB: a @ (b.t() if transB else b) + c,
    "Conv": _conv, "DepthToSpace": _depth_to_space, "Slice": _slice, "Pad": _pad, "Reshape": _reshape,
}
