"""What is particular to training a classifier: views, the loss, accuracy."""

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from .accuracy import judge, run_classifier
from .arch import stages
from .labelled import load_pictures, read_boxes, read_labelled
from .network import Network
from .preprocess import to_tensor
from .sampling import Sampler
from .views import SOMETHING, UNKNOWN, Views, view


class _LabelledSampler(Sampler):
    """Also draws from the pictures of label 0 alone."""

    def __init__(self, pictures, weights):
        super().__init__(pictures, weights)
        nothing = [(p, w) for p, w in zip(pictures, weights) if p.label == 0]
        self.nothing = Sampler(*zip(*nothing)) if nothing else self


def picture_weights(pictures, sources: dict, labels: int) -> np.ndarray:
    """Weight of every picture: that of its source (1 unless named), scaled so that all labels are drawn equally often."""
    weights = np.array([sources.get(p.source, 1.0) for p in pictures], np.float64)
    owner = np.array([p.label for p in pictures])
    for label in range(labels):
        total = weights[owner == label].sum()
        if total > 0:
            weights[owner == label] /= total
    return weights


class LocatingNetwork(Network):
    """Also says of every cell of one layer's map whether something is there, while it is trained: what a picture shows is
    learnt faster, and less by heart, from where it is than from its label alone. That part is left out of what ships."""

    def __init__(self, arch, layer):
        super().__init__(arch)
        self.located = layer
        names = [stage.layer.name for stage in stages(arch)]
        self.locator = torch.nn.Conv2d(stages(arch)[names.index(layer)].channels, 1, 1)

    def forward(self, x):
        seen = []
        hook = self.layers[self.located].register_forward_hook(lambda module, inputs, output: seen.append(output))
        try:
            logits = super().forward(x)
        finally:
            hook.remove()
        return (logits, self.locator(seen[0])[:, 0]) if self.training else logits


def locating_loss(cells, covers):
    """Cross-entropy of the cells' logits [n, h, w] against the share of each that is covered; unknown cells take no part."""
    covers = covers[:, None].float()
    size = cells.shape[1:]
    known = F.adaptive_avg_pool2d((covers != UNKNOWN).float(), size)[:, 0] > 0.5
    share = F.adaptive_avg_pool2d((covers == SOMETHING).float(), size)[:, 0]
    return (F.binary_cross_entropy_with_logits(cells, share, reduction="none") * known).sum() / known.sum().clamp(min=1)


class Classification:
    """Batches are images [n, 1, h, w], targets [n, classes], the probability of each label, and covers [n, h, w]."""

    augmentation = Views
    losses = ("loss",)
    metrics = ("accuracy", "balanced_accuracy")

    def __init__(self, arch, config):
        self.arch, self.config = arch, config
        self.teacher = None
        if config.teacher:
            from .export import load_folded

            teacher_arch, self.teacher = load_folded(config.teacher)
            self.teacher_size = teacher_arch.height, teacher_arch.width

    def build(self):
        return LocatingNetwork(self.arch, self.config.locate) if self.config.locate else Network(self.arch)

    def read(self, path) -> list:
        pictures = read_labelled(path, self.arch.labels)
        load_pictures(pictures)
        if self.config.boxes:
            read_boxes(self.config.boxes, pictures)
        return pictures

    def sampler(self, pictures):
        return _LabelledSampler(pictures, picture_weights(pictures, self.config.weights, len(self.arch.labels)))

    def batch(self, sampler, phase, count, rng):
        cv2.setNumThreads(1)
        cv2.setRNGSeed(int(rng.integers(2**31)))
        size = (phase.height, phase.width) if self.teacher is None else self.teacher_size
        images = np.empty((count, 1, *size), np.float32)
        labels = np.empty(count, np.int64)
        covers = np.empty((count, *size), np.uint8)
        for i in range(count):
            image, labels[i], covers[i] = view(lambda: sampler.pick(rng), lambda: sampler.nothing.pick(rng), size[1], size[0],
                                               self.config.augmentation, rng)
            images[i] = to_tensor(image, self.arch.mean, self.arch.scale)
        classes = len(self.arch.labels)
        smoothing = self.config.label_smoothing
        targets = np.full((count, classes), smoothing / classes, np.float32)
        targets[np.arange(count), labels] += 1 - smoothing
        images, targets = torch.from_numpy(images), torch.from_numpy(targets)
        if self.teacher is not None:
            with torch.no_grad():
                taught = self.teacher(images.contiguous(memory_format=torch.channels_last)).softmax(1)
            targets = targets + self.config.teacher_share * (taught - targets)
            images = F.interpolate(images, (phase.height, phase.width), mode="area")
        return images, targets, torch.from_numpy(covers)

    def loss(self, outputs, targets, covers):
        """What is minimised, and the losses that are reported."""
        logits, cells = outputs if self.config.locate else (outputs, None)
        loss = -(targets * F.log_softmax(logits, 1)).sum(1).mean()
        reported = loss.detach().view(1)
        return (loss if cells is None else loss + self.config.locate_weight * locating_loss(cells, covers)), reported

    def measure(self, network, pictures) -> tuple:
        """The metrics of a network on pictures; the first decides which weights are the best."""
        result = judge(pictures, run_classifier(network, self.arch, pictures))
        return result.accuracy, result.balanced_accuracy
