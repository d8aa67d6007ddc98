"""arch.json and folded weights to an ONNX graph of standard operators (opset 17), with a dynamic batch.

RNNPool becomes strided slices, 1x1 convolutions and element-wise operators, with the sweeps shared between overlapping
patches; all windows of all lines take one step together, and the four second-stage sweeps run as one tensor.

The metadata of the graph holds what a program needs beside it: the keys of `_metadata`.
"""

import json
from fractions import Fraction

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .arch import Arch, pool_size, stages

OPSET = 17


class _Graph:
    def __init__(self):
        self.nodes, self.constants, self.known = [], [], {}

    def constant(self, value, dtype=np.float32):
        array = np.asarray(value, dtype)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self.known:
            name = f"c{len(self.constants)}"
            self.constants.append(numpy_helper.from_array(np.array(array, order="C"), name))  # a bound of Clip stays a scalar
            self.known[key] = name
        return self.known[key]

    def add(self, op, *inputs, outputs=1, name=None, **attributes):
        first = len(self.nodes)
        results = [name] if name else [f"t{first}" if outputs == 1 else f"t{first}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, results, name=f"n{first}_{op}", **attributes))
        return results[0] if outputs == 1 else results

    def conv(self, x, weight, bias=None, stride=1, groups=1, padding=None):
        weight = np.asarray(weight, np.float32)
        k = weight.shape[2]
        inputs = [x, self.constant(weight)] + ([] if bias is None else [self.constant(bias)])
        pads = [k // 2 if padding is None else padding] * 4
        return self.add("Conv", *inputs, kernel_shape=[k, k], strides=[stride] * 2, pads=pads, group=groups)

    def relu6(self, x):
        return self.add("Clip", x, self.constant(0.0), self.constant(6.0))

    def slice(self, x, start, count, stride, axis):
        """count positions from start on, every stride-th."""
        ints = [self.constant([v], np.int64) for v in (start, start + (count - 1) * stride + 1, axis, stride)]
        return self.add("Slice", x, *ints)


class _Cell:
    """One FastGRNN on maps [N, h, ., .] that already hold W x + bh."""

    def __init__(self, graph, tensors, name, hard):
        self.graph, self.hard = graph, hard
        self.hidden = tensors[f"{name}.U"].shape[0]
        self.U = tensors[f"{name}.U"][:, :, None, None]
        self.W = tensors[f"{name}.W"][:, :, None, None]
        self.bh = tensors[f"{name}.bh"]
        self.between = (tensors[f"{name}.bz"] - self.bh).reshape(1, -1, 1, 1)  # from the candidate's argument to the gate's

    def project(self, x):
        return self.graph.conv(x, self.W, self.bh)

    def step(self, x, h):
        g = self.graph
        if h is not None:
            x = g.add("Add", x, g.conv(h, self.U))
        shifted = g.add("Add", x, g.constant(self.between))
        if self.hard:
            z = g.add("HardSigmoid", shifted, alpha=0.5, beta=0.5)
            c = g.add("Clip", x, g.constant(-1.0), g.constant(1.0))
        else:
            z, c = g.add("Sigmoid", shifted), g.add("Tanh", x)
        if h is None:
            return g.add("Sub", c, g.add("Mul", z, c))
        return g.add("Add", c, g.add("Mul", z, g.add("Sub", h, c)))


def _rnnpool(g, x, layer, tensors, width, height):
    """Returns the output and its width and height."""
    hard = layer.gate == "hard"
    one, two = (_Cell(g, tensors, f"{layer.name}.{rnn}", hard) for rnn in ("rnn1", "rnn2"))
    if layer.patch:
        pad = (layer.patch - layer.stride) // 2
        out_w, out_h = pool_size(width, layer.patch, layer.stride), pool_size(height, layer.patch, layer.stride)
        patch_w = patch_h = layer.patch
        if pad:
            x = g.add("Pad", x, g.constant([0, 0, pad, pad, 0, 0, pad, pad], np.int64))
    else:
        out_w = out_h = 1
        patch_w, patch_h = width, height
    stride = layer.stride
    pixels = one.project(x)

    def sweep(windows, patch, axis):
        h = None
        for step in range(patch):
            h = one.step(g.slice(pixels, step, windows, stride, axis), h)
        return two.project(h)

    rows = sweep(out_w, patch_w, 3)  # [N, h2, rows, out_w]
    cols = sweep(out_h, patch_h, 2)  # [N, h2, out_h, cols]
    if patch_w == patch_h:
        h = None
        for step in range(patch_h):
            last = patch_h - 1 - step
            four = [g.slice(rows, step, out_h, stride, 2), g.slice(rows, last, out_h, stride, 2),
                    g.slice(cols, step, out_w, stride, 3), g.slice(cols, last, out_w, stride, 3)]
            h = two.step(g.add("Concat", *four, axis=2), h)
        parts = g.add("Split", h, g.constant([out_h] * 4, np.int64), axis=2, outputs=4)
    else:
        parts = []
        for source, patch, windows, axis in ((rows, patch_h, out_h, 2), (cols, patch_w, out_w, 3)):
            h = None
            for step in range(patch):
                two_ways = [g.slice(source, at, windows, stride, axis) for at in (step, patch - 1 - step)]
                h = two.step(g.add("Concat", *two_ways, axis=2), h)
            parts += g.add("Split", h, g.constant([out_h] * 2, np.int64), axis=2, outputs=2)
    return g.add("Concat", *parts, axis=1), out_w, out_h


def _resize(g, x, scale, width, height, channels):
    """Bicubic interpolation, without the operator Resize, which takes ONNX Runtime several times as long as all layers of a
    detector: `after` new cells lie over every `before` old ones, so each of the `after` is a convolution with that stride."""
    ratio = Fraction(scale).limit_denominator(8)
    after, before = ratio.numerator, ratio.denominator
    if ratio != scale or width % before or height % before:
        raise ValueError(f"'scale' is {scale} for a map of {width}x{height}; it must be a ratio of integers up to 8 whose denominator "
                         "divides both")
    centres = (np.arange(after) + 0.5) / scale - 0.5
    distance = np.abs(np.arange(-1, before + 1) - centres[:, None])  # of all cells that may count: one more on either side
    a = -0.75
    near, far = ((a + 2) * distance - (a + 3)) * distance**2 + 1, ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
    taps = np.where(distance <= 1, near, np.where(distance < 2, far, 0))
    kernels = (taps[:, None, :, None] * taps[None, :, None, :]).reshape(after * after, 1, before + 2, before + 2)
    x = g.add("Pad", x, g.constant([0, 0, 1, 1, 0, 0, 1, 1], np.int64), mode="edge")
    x = g.conv(x, np.tile(kernels, (channels, 1, 1, 1)).astype(np.float32), stride=before, groups=channels, padding=0)
    return g.add("DepthToSpace", x, blocksize=after, mode="CRD")


def _head(g, x, layer, tensors):
    name = layer.name
    if layer.l2norm:
        squares = g.add("ReduceSum", g.add("Mul", x, x), g.constant([1], np.int64), keepdims=1)
        length = g.add("Sqrt", g.add("Add", squares, g.constant(1e-10)))
        x = g.add("Mul", g.add("Div", x, length), g.constant(tensors[f"{name}.l2norm.weight"].reshape(1, -1, 1, 1)))
    # face - max(background) = min(face - background), and the differences are convolutions themselves.
    weight, bias = tensors[f"{name}.class.weight"], tensors[f"{name}.class.bias"]
    rows, biases, first = [], [], 0
    for anchor in layer.anchors:
        face = first + anchor.background
        rows += [weight[face] - weight[i] for i in range(first, face)]
        biases += [bias[face] - bias[i] for i in range(first, face)]
        first = face + 1
    box = tensors[f"{name}.box.weight"]
    both = g.conv(x, np.concatenate([np.stack(rows), box]), np.concatenate([np.array(biases), tensors[f"{name}.box.bias"]]))
    sizes = [a.background for a in layer.anchors]
    pieces = g.add("Split", both, g.constant([*sizes, len(box)], np.int64), axis=1, outputs=len(sizes) + 1)
    margins = [piece if size == 1 else g.add("ReduceMin", piece, axes=[1], keepdims=1) for piece, size in zip(pieces, sizes)]
    margin = margins[0] if len(margins) == 1 else g.add("Concat", *margins, axis=1)
    logits = g.add("Reshape", g.add("Transpose", margin, perm=[0, 2, 3, 1]), g.constant([0, -1], np.int64))
    offsets = g.add("Reshape", g.add("Transpose", pieces[-1], perm=[0, 2, 3, 1]), g.constant([0, -1, 4], np.int64))
    return logits, offsets


def build(arch: Arch, tensors: dict) -> onnx.ModelProto:
    """tensors: folded weights under the names of weights.safetensors."""
    g = _Graph()
    x, width, height, channels = "image", arch.width, arch.height, arch.channels
    logits, offsets = [], []

    def unit(x, name, stride=1, groups=1, activation=True):
        y = g.conv(x, tensors[f"{name}.weight"], tensors[f"{name}.bias"], stride, groups)
        return g.relu6(y) if activation else y

    for layer in arch.layers:
        if layer.type == "resize":
            x = _resize(g, x, layer.scale, width, height, channels)
            width, height = int(width * layer.scale), int(height * layer.scale)
        elif layer.type == "conv":
            x = unit(x, layer.name, layer.stride, activation=layer.activation == "relu6")
            size = lambda n: (n + 2 * (layer.kernel // 2) - layer.kernel) // layer.stride + 1
            width, height, channels = size(width), size(height), layer.channels
        elif layer.type == "rnnpool":
            x, width, height = _rnnpool(g, x, layer, tensors, width, height)
            channels = 4 * layer.hidden2
        elif layer.type in ("bottleneck", "separable"):
            for repeat in range(layer.repeats):
                name, before = f"{layer.name}.{repeat}", x
                stride = layer.stride if repeat == 0 else 1
                wide = channels * (layer.expansion if layer.type == "bottleneck" else 1)
                if layer.type == "separable":
                    x = unit(unit(x, f"{name}.depthwise", stride, wide), f"{name}.pointwise")
                else:
                    if layer.expansion > 1:
                        x = unit(x, f"{name}.expand")
                    x = unit(unit(x, f"{name}.depthwise", stride, wide), f"{name}.project", activation=False)
                    if stride == 1 and channels == layer.channels:
                        x = g.add("Add", before, x)
                channels = layer.channels
                width, height = (width - 1) // stride + 1, (height - 1) // stride + 1
        elif layer.type == "head":
            scores, boxes = _head(g, x, layer, tensors)
            logits.append(scores)
            offsets.append(boxes)
        elif layer.type == "averagepool":
            x, width, height = g.add("GlobalAveragePool", x), 1, 1
        elif layer.type == "dense":
            flat = g.add("Flatten", x, axis=1)
            x = g.add("Gemm", flat, g.constant(tensors[f"{layer.name}.weight"]), g.constant(tensors[f"{layer.name}.bias"]),
                      transB=1, name="logits")
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", arch.channels, arch.height, arch.width])
    if arch.task == "detection":
        g.add("Concat", *logits, axis=1, name="logits")
        g.add("Concat", *offsets, axis=1, name="offsets")
        anchors = sum(len(layer.anchors) * size for layer, size in _head_sizes(arch))
        outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", anchors]),
                   helper.make_tensor_value_info("offsets", TensorProto.FLOAT, ["N", anchors, 4])]
    else:
        outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", arch.layers[-1].channels])]
    graph = helper.make_graph(g.nodes, arch.name, [image], outputs, g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="rnnpool_training")
    helper.set_model_props(model, _metadata(arch))
    onnx.checker.check_model(model, full_check=True)
    return model


def _metadata(arch) -> dict:
    """Pixels p of 0 to 255 enter as (p - mean) / scale. `anchors` is a list of heads in the order of the outputs: the stride of its cells
    and the width and height of each anchor of a cell, in pixels of the input; `variances` are those of the SSD coding."""
    values = {"task": arch.task, "labels": arch.labels, "mean": arch.mean, "scale": arch.scale}
    if arch.task == "detection":
        values["anchors"] = [{"stride": stage.stride, "sizes": [[a.width, a.height] for a in stage.layer.anchors]}
                             for stage in stages(arch) if stage.layer.type == "head"]
        values |= {key: arch.detection[key] for key in ("variances", "scoreThreshold", "nmsIou")}
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def _head_sizes(arch):
    return [(s.layer, s.width * s.height) for s in stages(arch) if s.layer.type == "head"]
