"""Detection loss: cross-entropy over hard negatives, smooth L1 over the positives."""

import torch
import torch.nn.functional as F

from .anchors import IGNORED, POSITIVE


def detection_loss(logits, offsets, labels, targets, weights, norm=None, negatives_per_positive=3.0, least_negatives=64):
    """Sums over the batch divided by the weight of its positives: (class loss, box loss).

    logits [N, A], offsets [N, A, 4]; labels [N, A] of POSITIVE, NEGATIVE, IGNORED; targets [N, A, 4];
    weights [N, A] of the positives. The hardest negatives of the whole batch are kept; ignored anchors are neither
    counted nor mined. norm: the divisor, when this is but a part of the batch."""
    positive = labels == POSITIVE
    count = int(positive.sum())
    negative = (labels != POSITIVE) & (labels != IGNORED)
    hard = F.softplus(logits[negative])  # cross-entropy of a background anchor
    keep = min(hard.numel(), max(int(negatives_per_positive * count), least_negatives))
    if keep < hard.numel():
        hard = torch.topk(hard, keep, sorted=False).values
    weight = weights[positive]
    norm = max(float(weight.sum()), 1.0) if norm is None else norm
    share = float(weight.sum()) / count if count else 1.0  # keeps 3 : 1 in weight as well
    classes = ((F.softplus(-logits[positive]) * weight).sum() + hard.sum() * share) / norm
    errors = F.smooth_l1_loss(offsets[positive], targets[positive], reduction="none").sum(1)
    return classes, (errors * weight).sum() / norm
