"""arch.json to a PyTorch module."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from .arch import Arch, stages
from .layers import RNNPoolLayer


class Resize(nn.Module):
    """Bicubic interpolation (Keys, IEEE Trans. ASSP 1981, a = -0.75) on pixel centres; the border repeats."""

    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def forward(self, x):
        size = [int(n * self.scale) for n in x.shape[2:]]
        return F.interpolate(x, size, mode="bicubic", align_corners=False)


class ConvUnit(nn.Module):
    """Convolution, batch norm and (unless linear) ReLU6."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, activation=True):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.activation = activation
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = self.norm(self.conv(x))
        return F.relu6(x) if self.activation else x

    def folded(self):
        """Weight and bias of the convolution that equals this unit (before its activation) in evaluation."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        return self.conv.weight * scale.view(-1, 1, 1, 1), self.norm.bias - self.norm.running_mean * scale


class InvertedResidual(nn.Module):
    """MobileNetV2's block; expansion 1 has no expanding convolution."""

    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        wide = inputs * expansion
        self.expand = ConvUnit(inputs, wide, 1) if expansion > 1 else None
        self.depthwise = ConvUnit(wide, wide, 3, stride, groups=wide)
        self.project = ConvUnit(wide, outputs, 1, activation=False)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = x if self.expand is None else self.expand(x)
        y = self.project(self.depthwise(y))
        return x + y if self.residual else y


class Separable(nn.Module):
    """Depthwise 3x3 and pointwise convolution, each with batch norm and ReLU6."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.depthwise = ConvUnit(inputs, inputs, 3, stride, groups=inputs)
        self.pointwise = ConvUnit(inputs, outputs, 1)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class Head(nn.Module):
    """Class scores and box offsets of every anchor: logits [N, cells * anchors], offsets [N, cells * anchors, 4]."""

    def __init__(self, inputs, anchors, l2norm=0.0, prior=0.01):
        super().__init__()
        self.backgrounds = [a.background for a in anchors]
        self.classes = nn.Conv2d(inputs, sum(self.backgrounds) + len(anchors), 3, padding=1)
        self.box = nn.Conv2d(inputs, 4 * len(anchors), 3, padding=1)
        self.scale = nn.Parameter(torch.full((inputs,), l2norm)) if l2norm else None
        nn.init.normal_(self.classes.weight, std=0.01)
        nn.init.normal_(self.box.weight, std=0.01)
        nn.init.zeros_(self.box.bias)
        with torch.no_grad():  # faces are rare: begin near that, or the first steps are lost on background
            self.classes.bias.zero_()
            self.classes.bias[self.face_channels] = math.log(prior / (1 - prior))

    @property
    def face_channels(self):
        return [sum(self.backgrounds[: i + 1]) + i for i in range(len(self.backgrounds))]

    def forward(self, x):
        if self.scale is not None:
            x = x * torch.rsqrt((x * x).sum(1, keepdim=True) + 1e-10) * self.scale.view(1, -1, 1, 1)
        scores, first, logits = self.classes(x), 0, []
        for background in self.backgrounds:
            others = scores[:, first : first + background]
            others = others.amax(1) if background > 1 else others[:, 0]
            logits.append(scores[:, first + background] - others)
            first += background + 1
        logits = torch.stack(logits, 3).flatten(1)
        offsets = self.box(x).permute(0, 2, 3, 1).reshape(x.shape[0], -1, 4)
        return logits, offsets


class Network(nn.Module):
    """Detection: forward gives logits [N, A] (face minus largest background) and offsets [N, A, 4], the anchors head
    by head, then row, column, anchor. Classification: logits [N, classes]."""

    def __init__(self, arch: Arch, fused: bool = True):
        super().__init__()
        self.arch = arch
        self.layers = nn.ModuleDict()
        c, features = arch.channels, arch.channels * arch.height * arch.width
        for layer, stage in zip(arch.layers, stages(arch)):
            if layer.type == "resize":
                module = Resize(layer.scale)
            elif layer.type == "conv":
                module = ConvUnit(c, layer.channels, layer.kernel, layer.stride, activation=layer.activation == "relu6")
            elif layer.type == "rnnpool":
                module = RNNPoolLayer(c, layer.hidden1, layer.hidden2, layer.patch, layer.stride, layer.gate == "hard", fused)
            elif layer.type == "bottleneck":
                module = nn.Sequential(*(InvertedResidual(c if r == 0 else layer.channels, layer.channels, layer.expansion,
                                                          layer.stride if r == 0 else 1) for r in range(layer.repeats)))
            elif layer.type == "separable":
                module = nn.Sequential(*(Separable(c if r == 0 else layer.channels, layer.channels,
                                                   layer.stride if r == 0 else 1) for r in range(layer.repeats)))
            elif layer.type == "head":
                module = Head(c, layer.anchors, layer.l2norm)
            elif layer.type == "averagepool":
                module = nn.AdaptiveAvgPool2d(1)
            else:
                module = nn.Sequential(nn.Flatten(), nn.Linear(features, layer.channels))
            self.layers[layer.name] = module
            c, features = stage.channels, stage.channels * stage.height * stage.width

    def forward(self, x):
        logits, offsets = [], []
        for layer in self.arch.layers:
            module = self.layers[layer.name]
            if layer.type == "head":
                scores, boxes = module(x)
                logits.append(scores)
                offsets.append(boxes)
            else:
                x = module(x)
        if self.arch.task == "classification":
            return x
        return torch.cat(logits, 1), torch.cat(offsets, 1)
