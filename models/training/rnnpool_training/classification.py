"""What is particular to training a classifier: views, the loss, accuracy."""

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from .accuracy import judge, run_classifier
from .labelled import load_pictures, read_labelled
from .preprocess import to_tensor
from .sampling import Sampler
from .views import Views, view


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


class Classification:
    """Batches are images [n, 1, h, w] and targets [n, classes], the probability of each label."""

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

    def read(self, path) -> list:
        pictures = read_labelled(path, self.arch.labels)
        load_pictures(pictures)
        return pictures

    def sampler(self, pictures):
        return _LabelledSampler(pictures, picture_weights(pictures, self.config.weights, len(self.arch.labels)))

    def batch(self, sampler, phase, count, rng):
        cv2.setNumThreads(1)
        cv2.setRNGSeed(int(rng.integers(2**31)))
        size = (phase.height, phase.width) if self.teacher is None else self.teacher_size
        images = np.empty((count, 1, *size), np.float32)
        labels = np.empty(count, np.int64)
        for i in range(count):
            image, labels[i] = view(lambda: sampler.pick(rng), lambda: sampler.nothing.pick(rng), size[1], size[0],
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
        return images, targets

    def loss(self, outputs, targets):
        """What is minimised, and the losses that are reported."""
        loss = -(targets * F.log_softmax(outputs, 1)).sum(1).mean()
        return loss, loss.detach().view(1)

    def measure(self, network, pictures) -> tuple:
        """The metrics of a network on pictures; the first decides which weights are the best."""
        result = judge(pictures, run_classifier(network, self.arch, pictures))
        return result.accuracy, result.balanced_accuracy
