"""What is particular to training a detector: crops with boxes, matching, the loss, average precision."""

import cv2
import numpy as np
import torch

from .anchors import POSITIVE, anchor_boxes, balance, corners, encode, match
from .augment import Augmentation, window
from .data import load_pixels, read_annotations, remove_boxes
from .evaluate import evaluate, run_network
from .loss import detection_loss
from .network import Network
from .preprocess import to_tensor
from .sampling import Sampler


class Detection:
    """Batches are images [n, 1, h, w], labels [n, A], targets [n, A, 4] and weights [n, A] of the anchors."""

    augmentation = Augmentation
    losses = ("class_loss", "box_loss")
    metrics = ("ap",)

    def __init__(self, arch, config):
        self.arch, self.config = arch, config
        self.anchors = {}
        for phase in config.phases:
            anchors = anchor_boxes(arch, phase.width, phase.height)
            self.anchors[phase] = anchors, corners(anchors)

    def build(self):
        return Network(self.arch)

    def read(self, path) -> list:
        samples = read_annotations(path)
        if self.config.not_faces and path in self.config.train:
            remove_boxes(samples, self.config.not_faces)
        load_pixels(samples)
        return samples

    def sampler(self, samples):
        return Sampler(samples, [self.config.weights.get(s.source, 1.0) for s in samples])

    def batch(self, sampler, phase, count, rng):
        cv2.setNumThreads(1)
        cv2.setRNGSeed(int(rng.integers(2**31)))
        anchors, boxes = self.anchors[phase]
        images = np.empty((count, 1, phase.height, phase.width), np.float32)
        labels = np.empty((count, len(anchors)), np.int8)
        targets = np.zeros((count, len(anchors), 4), np.float32)
        weights = np.empty((count, len(anchors)), np.float32)
        for i in range(count):
            image, faces, ignored = window(lambda: sampler.pick(rng), phase.width, phase.height,
                                           (self.arch.width, self.arch.height), self.config.augmentation, rng)
            images[i] = to_tensor(image, self.arch.mean, self.arch.scale)
            labels[i], owner = match(anchors, faces, ignored, anchor_corners=boxes, **self.config.matching)
            weights[i] = balance(labels[i], owner, self.config.balance)
            chosen = labels[i] == POSITIVE
            targets[i, chosen] = encode(faces[owner[chosen]], anchors[chosen], self.arch.detection["variances"])
        return tuple(torch.from_numpy(a) for a in (images, labels, targets, weights))

    def loss(self, outputs, labels, targets, weights):
        """What is minimised, and the losses that are reported."""
        classes, boxes = detection_loss(*outputs, labels, targets, weights, variances=self.arch.detection["variances"],
                                        overlap=self.config.overlap, quality=self.config.quality)
        return classes + self.config.box_weight * boxes, torch.stack([classes.detach(), boxes.detach()])

    def measure(self, network, samples) -> tuple:
        """The metrics of a network on samples; the first decides which weights are the best."""
        return (evaluate(samples, run_network(network, self.arch, samples)).ap,)
