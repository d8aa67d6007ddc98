"""Gradients of a batch on several processor cores.

Splitting every operator over two threads gains little for networks this small (waking a thread costs as much as its half
of a typical operator), and two Python threads wait for each other. So every core has a process that draws its own part of
the batch and takes it through the whole network; gradients meet in shared memory.
"""

import ctypes
import multiprocessing
import signal

import torch

_PR_SET_PDEATHSIG = 1
_PATIENCE = 900  # seconds to wait for another process


class Replicas:
    """`count` processes, of which this one is the first, each with a copy of the network; batch norm statistics are each
    one's own, and those of the first are kept. On a GPU the count is one.

    loader(rank) iterates over the parts of the batches that belong to a process: images and what the loss needs.
    loss(outputs, *rest of the batch) gives what is minimised and the `losses` figures that are reported."""

    def __init__(self, network, loader, count: int, loss, losses: int):
        self.network, self.count, self.loss = network, count, loss
        self.device = next(network.parameters()).device
        self.parameters = [p for p in network.parameters() if p.requires_grad]
        self.own = iter(loader(0))
        self.children = []
        if count == 1:
            return
        size = sum(p.numel() for p in self.parameters)
        self.values = torch.empty(size).share_memory_()
        self.gradients = torch.zeros(count, size).share_memory_()
        self.losses = torch.zeros(count, losses).share_memory_()
        fork = multiprocessing.get_context("fork")  # the decoded pictures are shared, not copied
        self.barrier = fork.Barrier(count)
        for rank in range(1, count):
            child = fork.Process(target=self._serve, args=(rank, loader), daemon=True)
            child.start()
            self.children.append(child)

    def _serve(self, rank, loader):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        torch.set_num_threads(1)
        torch.manual_seed(rank)
        for batch in loader(rank):
            self.barrier.wait(_PATIENCE)
            with torch.no_grad():
                torch.nn.utils.vector_to_parameters(self.values, self.parameters)
            self._compute(batch, rank)
            self.barrier.wait(_PATIENCE)

    def _compute(self, batch, rank):
        images, *rest = (t.to(self.device, non_blocking=True) for t in batch)
        images = images.contiguous(memory_format=torch.channels_last)
        total, losses = self.loss(self.network(images), *rest)
        gradients = torch.autograd.grad(total, self.parameters)
        if self.count > 1:
            torch.cat([g.reshape(-1) for g in gradients], out=self.gradients[rank])
            self.losses[rank] = losses
        return gradients, losses

    def step(self):
        """Sets the gradient of every parameter from the next batch; returns its losses and number of images."""
        batch = next(self.own)
        if self.count == 1:
            gradients, losses = self._compute(batch, 0)
        else:
            torch.cat([p.detach().reshape(-1) for p in self.parameters], out=self.values)
            self.barrier.wait(_PATIENCE)
            self._compute(batch, 0)
            self.barrier.wait(_PATIENCE)
            mean, losses = self.gradients.mean(0), self.losses.mean(0)
            gradients = [g.view(p.shape) for g, p in zip(mean.split([p.numel() for p in self.parameters]), self.parameters)]
        for parameter, gradient in zip(self.parameters, gradients):
            parameter.grad = gradient.contiguous(memory_format=torch.channels_last) if parameter.ndim == 4 else gradient
        return losses, len(batch[0]) * self.count

    def close(self):
        for child in self.children:
            child.kill()
            child.join()
