"""Network outputs to detections."""

import numpy as np

from .anchors import decode, overlaps


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-np.clip(x, -60, 60)))


def non_maximum_suppression(boxes, scores, iou, limit):
    """Indices kept, by descending score (ties: the lower index first)."""
    order = np.lexsort((np.arange(len(scores)), -scores))
    kept = []
    while len(order) and len(kept) < limit:
        best, order = order[0], order[1:]
        kept.append(best)
        if len(order):
            order = order[overlaps(boxes[best : best + 1], boxes[order])[0] <= iou]
    return np.array(kept, np.int64)


def detections(logits, offsets, anchors, detection, letterbox, threshold=None, limit=None, candidates=1000):
    """Scores [n] and corner boxes [n, 4] in source pixels, of one picture; the best `candidates` enter suppression."""
    threshold = detection["scoreThreshold"] if threshold is None else threshold
    scores = sigmoid(logits.astype(np.float64))
    chosen = np.flatnonzero(scores >= threshold)
    if len(chosen) > candidates:
        chosen = np.sort(chosen[np.argsort(-scores[chosen], kind="stable")[:candidates]])
    boxes = decode(offsets[chosen].astype(np.float64), anchors[chosen], detection["variances"])
    kept = non_maximum_suppression(boxes, scores[chosen], detection["nmsIou"], limit or detection["maxDetections"])
    found = letterbox.to_source(boxes[kept])
    seen = (found[:, 2] > found[:, 0]) & (found[:, 3] > found[:, 1])  # a box beside the picture has nothing left of it
    return scores[chosen][kept][seen], found[seen]
