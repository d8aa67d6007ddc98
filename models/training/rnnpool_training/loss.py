"""Detection loss: cross-entropy over hard negatives, smooth L1 and generalized IoU over the positives."""

import torch
import torch.nn.functional as F

from .anchors import IGNORED, POSITIVE

_RIGHT = (0.25, 0.75)  # IoU up to which a box is certainly wrong, from which it is certainly right; 0.5 is what AP asks for


def coded_overlaps(offsets, targets, variances):
    """IoU and generalized IoU (Rezatofighi et al., CVPR 2019) [n] of boxes in SSD's coding [n, 4] against the same anchors. Both
    are the same in the units of the anchor's width and height, so the anchors themselves are not needed."""
    def sides(coded):
        centre, size = coded[:, :2] * variances[0], torch.exp((coded[:, 2:] * variances[1]).clamp(max=4.0))
        return centre - size / 2, centre + size / 2

    (low, high), (wanted_low, wanted_high) = sides(offsets), sides(targets)
    common = (torch.minimum(high, wanted_high) - torch.maximum(low, wanted_low)).clamp(min=0).prod(1)
    union = (high - low).prod(1) + (wanted_high - wanted_low).prod(1) - common
    around = (torch.maximum(high, wanted_high) - torch.minimum(low, wanted_low)).prod(1)
    iou = common / union.clamp(min=1e-9)
    return iou, iou - (around - union) / around.clamp(min=1e-9)


def detection_loss(logits, offsets, labels, targets, weights, norm=None, negatives_per_positive=3.0, least_negatives=64,
                   variances=(0.1, 0.2), overlap=0.0, quality=0.0):
    """Sums over the batch divided by the weight of its positives: (class loss, box loss).

    logits [N, A], offsets [N, A, 4]; labels [N, A] of POSITIVE, NEGATIVE, IGNORED; targets [N, A, 4];
    weights [N, A] of the positives. The hardest negatives of the whole batch are kept; ignored anchors are neither
    counted nor mined. norm: the divisor, when this is but a part of the batch.

    overlap: weight of 1 - generalized IoU in the box loss. quality: how far the score that a positive should have goes from 1
    towards the probability that its own box is right, so that of the anchors on a face the one with the best box wins
    (Li et al., Generalized Focal Loss, NeurIPS 2020)."""
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
    iou, generalized = coded_overlaps(offsets[positive], targets[positive], variances)
    right = ((iou.detach() - _RIGHT[0]) / (_RIGHT[1] - _RIGHT[0])).clamp(0, 1)
    wanted = 1 - quality * (1 - right)
    found = logits[positive]
    classes = (((F.softplus(found) - wanted * found) * weight).sum() + hard.sum() * share) / norm
    errors = F.smooth_l1_loss(offsets[positive], targets[positive], reduction="none").sum(1) + overlap * (1 - generalized)
    return classes, (errors * weight).sum() / norm
