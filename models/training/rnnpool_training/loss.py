"""Detection loss: cross-entropy over hard negatives, smooth L1 over the positives."""

import torch
import torch.nn.functional as F

from .anchors import IGNORED, POSITIVE


def detection_loss(logits, offsets, labels, targets, negatives_per_positive=3.0, least_negatives=64):
    """Sums over the batch divided by its positives: (class loss, box loss).

    logits [N, A], offsets [N, A, 4]; labels [N, A] of POSITIVE, NEGATIVE, IGNORED; targets [N, A, 4]. The hardest
    negatives of the whole batch are kept; ignored anchors are neither counted nor mined."""
    positive = labels == POSITIVE
    count = int(positive.sum())
    negative = (labels != POSITIVE) & (labels != IGNORED)
    hard = F.softplus(logits[negative])  # cross-entropy of a background anchor
    keep = min(hard.numel(), max(int(negatives_per_positive * count), least_negatives))
    if keep < hard.numel():
        hard = torch.topk(hard, keep, sorted=False).values
    norm = max(count, 1)
    classes = (F.softplus(-logits[positive]).sum() + hard.sum()) / norm
    boxes = F.smooth_l1_loss(offsets[positive], targets[positive], reduction="sum") / norm
    return classes, boxes
