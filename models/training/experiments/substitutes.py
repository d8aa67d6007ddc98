"""What may stand in the place of an RNNPoolLayer: from the same map in to a map of the same shape out."""

import torch
import torch.nn.functional as F
from torch import nn

from rnnpool_training.layers import RNNPoolLayer
from rnnpool_training.network import ConvUnit


class Pooled(nn.Module):
    """Average or maximum of each patch, then a 1x1 convolution to the channels that are wanted."""

    def __init__(self, inputs, outputs, patch, stride, maximum):
        super().__init__()
        pad = (patch - stride) // 2
        self.pool = nn.MaxPool2d(patch, stride, pad) if maximum else nn.AvgPool2d(patch, stride, pad)
        self.widen = ConvUnit(inputs, outputs, 1)

    def forward(self, x):
        return self.widen(self.pool(x))


class StridedConvolution(nn.Module):
    """One convolution as large as the patch."""

    def __init__(self, inputs, outputs, patch, stride):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, patch, stride, (patch - stride) // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return F.relu6(self.norm(self.conv(x)))


class ReNet(nn.Module):
    """A ReNet layer (Visin et al., 2015): the map in tiles of stride x stride; two GRUs along each row of tiles, then two along
    each column of what they gave. Unlike RNNPool it sweeps the whole map, tile by tile, and needs all of it at once."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.stride = stride
        self.across = nn.GRU(inputs * stride * stride, outputs // 2, batch_first=True, bidirectional=True)
        self.down = nn.GRU(outputs, outputs // 2, batch_first=True, bidirectional=True)

    def forward(self, x):
        s = self.stride
        tiles = F.unfold(x, s, stride=s)  # [N, inputs * s * s, tiles]
        n, rows, cols = x.shape[0], x.shape[2] // s, x.shape[3] // s
        tiles = tiles.transpose(1, 2).reshape(n * rows, cols, -1)
        y = self.across(tiles)[0].reshape(n, rows, cols, -1).transpose(1, 2).reshape(n * cols, rows, -1)
        return self.down(y)[0].reshape(n, cols, rows, -1).permute(0, 3, 2, 1)


class GRUCell(nn.Module):
    """GRU (Cho et al., 2014), the candidate's recurrent part gated after its matrix, as in cuDNN and PyTorch. Gates come
    first in all shapes, so that the values of a gate lie side by side."""

    gates, states = 3, 1

    def __init__(self, inputs, hidden):
        super().__init__()
        self.W = nn.Parameter(torch.empty(self.gates, inputs, hidden).uniform_(-1, 1) / hidden**0.5)
        self.U = nn.Parameter(torch.empty(self.gates, hidden, hidden).uniform_(-1, 1) / hidden**0.5)
        self.b = nn.Parameter(torch.zeros(self.gates, 1, hidden))
        self.c = nn.Parameter(torch.zeros(self.gates, 1, hidden))

    def step(self, a, state):
        """a [gates, M, h]: W x of this position; state: h [M, h], or None before the first."""
        az, ar, an = a + self.b
        uz, ur, un = self.c.expand_as(a) if state is None else state @ self.U + self.c
        z, candidate = torch.sigmoid(az + uz), torch.tanh(an + torch.sigmoid(ar + ur) * un)
        return candidate - z * candidate if state is None else candidate + z * (state - candidate)

    @staticmethod
    def output(state):
        return state


class LSTMCell(GRUCell):
    """LSTM (Hochreiter and Schmidhuber, 1997) with a forget gate, which begins open."""

    gates, states = 4, 2

    def __init__(self, inputs, hidden):
        super().__init__(inputs, hidden)
        self.c = None  # one bias is enough where nothing is gated before the sum
        with torch.no_grad():
            self.b[1] = 1.0

    def step(self, a, state):
        h, c = (None, 0.0) if state is None else state
        i, f, g, o = a + self.b if h is None else a + h @ self.U + self.b
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    @staticmethod
    def output(state):
        return state[0]


class RecurrentPool(nn.Module):
    """RNNPoolLayer's scheme, shared sweeps included, with GRU or LSTM cells in the place of FastGRNN."""

    def __init__(self, inputs, hidden, patch, stride, cell):
        super().__init__()
        kind = {"gru": GRUCell, "lstm": LSTMCell}[cell]
        self.rnn1, self.rnn2 = kind(inputs, hidden), kind(hidden, hidden)
        self.patch, self.stride, self.pad = patch, stride, (patch - stride) // 2

    def forward(self, x):
        x = F.pad(x, (self.pad,) * 4).permute(0, 2, 3, 1)
        rows = self._sweep(self.rnn1, x).transpose(1, 2)
        cols = self._sweep(self.rnn1, x.transpose(1, 2)).transpose(1, 2)
        down, up = (self._sweep(self.rnn2, rows, reverse).transpose(1, 2) for reverse in (False, True))
        right, left = (self._sweep(self.rnn2, cols, reverse) for reverse in (False, True))
        return torch.cat([down, up, right, left], 3).permute(0, 3, 1, 2)

    def _sweep(self, cell, lines, reverse=False):
        """Final output of every window of every line: [N, lines, positions, inputs] to [N, lines, windows, h]."""
        shape = lines.shape
        a = (lines.reshape(-1, shape[3]) @ cell.W).reshape(cell.gates, *shape[:3], -1)  # W x, once per position
        windows = a.unfold(3, self.patch, self.stride).permute(5, 0, 1, 2, 3, 4).contiguous()
        flat = windows.reshape(self.patch, cell.gates, -1, windows.shape[5])
        state = None
        for step in range(self.patch):
            state = cell.step(flat[self.patch - 1 - step if reverse else step], state)
        return cell.output(state).reshape(*windows.shape[2:])


def substitute(kind, inputs, hidden, patch, stride):
    """A module of the kind for a map of `inputs` channels; all give 4 * hidden channels."""
    outputs = 4 * hidden
    if kind in ("rnnpool", "rnnpool-smooth"):
        return RNNPoolLayer(inputs, hidden, hidden, patch, stride, kind == "rnnpool")
    if kind in ("average", "maximum"):
        return Pooled(inputs, outputs, patch, stride, kind == "maximum")
    if kind == "convolution":
        return StridedConvolution(inputs, outputs, patch, stride)
    if kind == "renet":
        return ReNet(inputs, outputs, stride)
    if kind in ("gru", "lstm"):
        return RecurrentPool(inputs, hidden, patch, stride, kind)
    raise ValueError(f"'{kind}' is no substitute that is known")


def cost(kind, inputs, hidden, patch, stride, rows, cols):
    """Multiply-adds of the operator on a map of rows x cols (sweeps shared where they can be), and the bytes of its working
    memory when the map comes row by row, values of one byte and states of two: what must be kept until a row of outputs is done."""
    out_rows, out_cols, outputs = rows // stride, cols // stride, 4 * hidden
    cells = out_rows * out_cols
    if kind in ("average", "maximum"):
        return cells * inputs * outputs, out_cols * inputs * 2 + out_cols * outputs
    if kind == "convolution":
        return cells * inputs * outputs * patch**2, patch * cols * inputs + out_cols * outputs
    if kind == "renet":
        h = outputs // 2
        madds = cells * 2 * 3 * (inputs * stride**2 * h + h * h + outputs * h + h * h)
        return madds, stride * cols * inputs + cells * outputs * 2  # every row of tiles before the columns can begin
    pad = (patch - stride) // 2
    cell = {"gru": GRUCell, "lstm": LSTMCell}.get(kind)
    gates, states = (cell.gates, cell.states) if cell else (1, 1)
    sweeps = (rows + 2 * pad) * out_cols * patch + (cols + 2 * pad) * out_rows * patch
    ends = (rows + 2 * pad) * out_cols + (cols + 2 * pad) * out_rows
    madds = gates * (rows * cols * inputs * hidden + sweeps * hidden**2 + ends * hidden**2 + 4 * cells * patch * hidden**2)
    phases = -(-patch // stride)
    return madds, 2 * hidden * states * (phases * cols + patch * out_cols) + cols * inputs + out_cols * outputs
