"""Average precision at IoU 0.5."""

from dataclasses import dataclass

import numpy as np
import torch

from .anchors import anchor_boxes, areas, intersections, overlaps
from .detect import detections
from .preprocess import Letterbox, to_tensor


@dataclass
class Evaluation:
    ap: float
    faces: int
    scores: np.ndarray  # of the detections that count, descending
    hits: np.ndarray  # bool, likewise

    def curve(self):
        """Recall and precision after every detection."""
        hits = np.cumsum(self.hits)
        return hits / max(self.faces, 1), hits / np.arange(1, len(hits) + 1)

    def at(self, threshold):
        """Precision and recall of the detections with at least this score."""
        n = int(np.count_nonzero(self.scores >= threshold))
        hits = int(np.count_nonzero(self.hits[:n]))
        return hits / max(n, 1), hits / max(self.faces, 1)


def average_precision(recall, precision):
    """All-point interpolation: the area under the envelope of the precision-recall curve."""
    recall = np.concatenate([[0.0], recall, [1.0]])
    precision = np.concatenate([[0.0], precision, [0.0]])
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum((recall[1:] - recall[:-1]) * envelope[1:]))


def judge(scores, boxes, faces, ignored, iou=0.5):
    """Of one picture's detections: kept [n] (False: counts neither way) and hits [n].

    By descending score a detection takes the free face that it overlaps most, if by at least `iou`. One that takes none
    counts neither way if it overlaps an ignored box as much, or lies in one by more than half."""
    kept, hits = np.ones(len(scores), bool), np.zeros(len(scores), bool)
    free = np.ones(len(faces), bool)
    with_faces, with_ignored = overlaps(boxes, faces), overlaps(boxes, ignored)
    inside = intersections(boxes, ignored) / np.maximum(areas(boxes), 1e-9)[:, None]
    for i in np.argsort(-scores, kind="stable"):
        candidates = np.where(free, with_faces[i], -1.0)
        best = int(candidates.argmax()) if len(faces) else -1
        if best >= 0 and candidates[best] >= iou:
            free[best] = False
            hits[i] = True
        elif len(ignored) and (with_ignored[i].max() >= iou or inside[i].max() > 0.5):
            kept[i] = False
    return kept, hits


def evaluate(samples, results, heights=None, iou=0.5) -> Evaluation:
    """results: (scores, boxes) per sample. heights: only faces whose height in the letterboxed input is in [low, high)
    count; the others are ignored (a function of the sample gives the heights)."""
    all_scores, all_hits, count = [], [], 0
    for sample, (scores, boxes) in zip(samples, results):
        ignore = sample.ignore | sample.too_small()
        if heights is not None:
            ignore = ignore | ~heights(sample)
        kept, hits = judge(scores, boxes, sample.boxes[~ignore].astype(np.float64), sample.boxes[ignore].astype(np.float64), iou)
        count += int(np.count_nonzero(~ignore))
        all_scores.append(scores[kept])
        all_hits.append(hits[kept])
    scores, hits = np.concatenate(all_scores), np.concatenate(all_hits)
    order = np.argsort(-scores, kind="stable")
    result = Evaluation(0.0, count, scores[order], hits[order])
    result.ap = average_precision(*result.curve())
    return result


def run_network(network, arch, samples, threshold=0.01, limit=300, batch=16):
    """(scores, boxes) of every sample, through the device's letterbox."""
    anchors = anchor_boxes(arch)
    device = next(network.parameters()).device
    network.eval()
    results = []
    with torch.no_grad():
        for first in range(0, len(samples), batch):
            group = samples[first : first + batch]
            boxes = [Letterbox.fit(s.width, s.height, arch.width, arch.height) for s in group]
            images = np.stack([to_tensor(b.apply(s.pixels), arch.mean, arch.scale) for s, b in zip(group, boxes)])
            logits, offsets = (t.float().cpu().numpy() for t in network(torch.from_numpy(images).to(device)))
            results += [detections(logits[i], offsets[i], anchors, arch.detection, b, threshold, limit) for i, b in enumerate(boxes)]
    return results
