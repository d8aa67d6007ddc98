"""FastGRNN and RNNPoolLayer."""

import torch
import torch.nn.functional as F
from torch import nn

from . import sweep


def gate(x: torch.Tensor, hard: bool) -> torch.Tensor:
    """sigma of the FastGRNN cell: quantSigmoid when hard."""
    return torch.clamp((x + 1.0) * 0.5, 0.0, 1.0) if hard else torch.sigmoid(x)


def candidate(x: torch.Tensor, hard: bool) -> torch.Tensor:
    """tanh of the FastGRNN cell: quantTanh when hard."""
    return torch.clamp(x, -1.0, 1.0) if hard else torch.tanh(x)


class FastGRNN(nn.Module):
    """Parameters of a FastGRNN cell (Kusupati et al., NeurIPS 2018) with zeta = 1, nu = 0."""

    def __init__(self, inputs: int, hidden: int):
        super().__init__()
        self.W = nn.Parameter(torch.randn(hidden, inputs) * (0.6 / inputs**0.5))
        self.U = nn.Parameter(torch.randn(hidden, hidden) * (0.3 / hidden**0.5))
        # A gate that starts half-way between keeping and replacing, in the linear part of the hard gates.
        self.bz = nn.Parameter(torch.full((hidden,), 0.3))
        self.bh = nn.Parameter(torch.zeros(hidden))

    def tensors(self):
        return self.W, self.U, self.bz, self.bh

    @torch.no_grad()
    def bound(self, limit: float):
        """Scales down the rows of U whose absolute values sum to more than `limit`: a package keeps U at the precision that
        its largest row sum allows, and the firmware's fastest step wants sums below 4."""
        self.U.mul_(torch.clamp(limit / self.U.abs().sum(1, keepdim=True).clamp_min(1e-9), max=1.0))


class RNNPoolLayer(nn.Module):
    """One RNNPool operator strided over a map as a pooling layer (Saha et al., NeurIPS 2020).

    [N, inputs, rows, cols] to [N, 4 * hidden2, out_rows, out_cols] with out = (n + 2 pad - patch) // stride + 1 and
    pad = (patch - stride) // 2 zeros on every side. Channel order: row pipeline downwards, upwards, column pipeline
    rightwards, leftwards. patch = 0 makes one operator summarise the whole map.
    """

    def __init__(self, inputs: int, hidden1: int, hidden2: int, patch: int, stride: int, hard: bool, fused: bool = True):
        super().__init__()
        self.rnn1 = FastGRNN(inputs, hidden1)
        self.rnn2 = FastGRNN(hidden1, hidden2)
        self.patch, self.stride, self.hard = patch, stride, hard
        self.pad = (patch - stride) // 2 if patch else 0
        self.fused = fused and patch > 0 and sweep.supports(inputs, hidden1, hidden2, patch)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.patch and min(x.shape[2:]) + 2 * self.pad < self.patch:
            raise ValueError(f"a map of {x.shape[3]}x{x.shape[2]} is smaller than the RNNPool patch of {self.patch}")
        if self.fused and x.device.type == "cpu" and x.dtype == torch.float32:
            hidden = self.rnn1.U.shape[0]
            if sweep.library(x.shape[1], hidden, self.hard) is not None:
                return sweep.FusedRNNPool.apply(x, self.patch, self.stride, self.pad, self.hard,
                                                *self.rnn1.tensors(), *self.rnn2.tensors())
        return self._shared_sweeps(x)

    def _shared_sweeps(self, x: torch.Tensor) -> torch.Tensor:
        """The same computation in PyTorch operators, for a GPU, float64 and shapes that the C code lacks."""
        if self.pad:
            x = F.pad(x, (self.pad,) * 4)
        across = x.permute(0, 2, 3, 1) @ self.rnn1.W.t()  # [N, rows, cols, h1]: W x, once per pixel
        rows = self._sweep(self.rnn1, across) @ self.rnn2.W.t()  # [N, rows, out_cols, h2]
        cols = self._sweep(self.rnn1, across.transpose(1, 2)) @ self.rnn2.W.t()  # [N, cols, out_rows, h2]
        rows, cols = rows.transpose(1, 2), cols.transpose(1, 2)
        down, up = (self._sweep(self.rnn2, rows, reverse) for reverse in (False, True))  # [N, out_cols, out_rows, h2]
        right, left = (self._sweep(self.rnn2, cols, reverse) for reverse in (False, True))  # [N, out_rows, out_cols, h2]
        return torch.cat([down.transpose(1, 2), up.transpose(1, 2), right, left], 3).permute(0, 3, 1, 2)

    def _sweep(self, cell: FastGRNN, lines: torch.Tensor, reverse: bool = False) -> torch.Tensor:
        """Final state of every window of every line: [N, lines, positions, h] to [N, lines, windows, h]."""
        length = lines.shape[2]
        patch, stride = (self.patch, self.stride) if self.patch else (length, length)
        windows = (length - patch) // stride + 1
        h = None
        for step in range(patch):
            first = patch - 1 - step if reverse else step
            a = lines[:, :, first : first + (windows - 1) * stride + 1 : stride]
            if h is not None:
                a = a + h @ cell.U.t()
            z, c = gate(a + cell.bz, self.hard), candidate(a + cell.bh, self.hard)
            h = (1 - z) * c if h is None else z * h + (1 - z) * c
        return h
