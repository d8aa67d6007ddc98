"""Anchors, their matching to faces (S3FD, Zhang et al., ICCV 2017, section 3.2) and the SSD coding of boxes."""

import numpy as np

from .arch import Arch, stages

POSITIVE, NEGATIVE, IGNORED = 1, 0, -1


def anchor_boxes(arch: Arch, width: int | None = None, height: int | None = None) -> np.ndarray:
    """[A, 4] centre x, centre y, width, height in input pixels, in the network's output order."""
    result = []
    for stage in stages(arch, width, height):
        if stage.layer.type != "head":
            continue
        ys, xs = np.meshgrid(np.arange(stage.height), np.arange(stage.width), indexing="ij")
        per_cell = [np.stack([(xs + 0.5) * stage.stride, (ys + 0.5) * stage.stride,
                              np.full(xs.shape, a.width), np.full(xs.shape, a.height)], -1) for a in stage.layer.anchors]
        result.append(np.stack(per_cell, 2).reshape(-1, 4))
    return np.concatenate(result).astype(np.float32)


def corners(boxes: np.ndarray) -> np.ndarray:
    """Centre and size to x1, y1, x2, y2."""
    half = boxes[..., 2:] / 2
    return np.concatenate([boxes[..., :2] - half, boxes[..., :2] + half], -1)


def areas(boxes: np.ndarray) -> np.ndarray:
    return np.maximum(boxes[..., 2] - boxes[..., 0], 0) * np.maximum(boxes[..., 3] - boxes[..., 1], 0)


def intersections(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Common areas [n, m] of corner boxes a [n, 4] and b [m, 4]."""
    common = np.minimum(a[:, None, 2], b[None, :, 2])
    common -= np.maximum(a[:, None, 0], b[None, :, 0])
    down = np.minimum(a[:, None, 3], b[None, :, 3])
    down -= np.maximum(a[:, None, 1], b[None, :, 1])
    np.maximum(common, 0, out=common)
    common *= np.maximum(down, 0, out=down)
    return common


def overlaps(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU [n, m]."""
    common = intersections(a, b)
    return common / np.maximum(areas(a)[:, None] + areas(b)[None] - common, 1e-9)


def encode(boxes: np.ndarray, anchors: np.ndarray, variances) -> np.ndarray:
    """Corner boxes [n, 4] relative to anchors [n, 4] (centre, size) as dx, dy, dw, dh."""
    size = np.maximum(boxes[:, 2:] - boxes[:, :2], 1e-3)
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    shift = (centre - anchors[:, :2]) / anchors[:, 2:] / variances[0]
    return np.concatenate([shift, np.log(size / anchors[:, 2:]) / variances[1]], 1).astype(np.float32)


def decode(offsets: np.ndarray, anchors: np.ndarray, variances) -> np.ndarray:
    """Inverse of encode: corner boxes [..., 4]."""
    centre = anchors[:, :2] + offsets[..., :2] * variances[0] * anchors[:, 2:]
    size = anchors[:, 2:] * np.exp(np.minimum(offsets[..., 2:] * variances[1], 8.0))
    return np.concatenate([centre - size / 2, centre + size / 2], -1)


def match(anchors: np.ndarray, faces: np.ndarray, ignored: np.ndarray, threshold=0.35, neutral=0.3, low=0.1, wanted=3,
          anchor_corners: np.ndarray | None = None):
    """Labels [A] (POSITIVE, NEGATIVE, IGNORED) and the index [A] of the face each positive anchor answers for.

    Stage one: an anchor answers for the face it overlaps most when that IoU is at least `threshold`, and every face
    gets its best anchor. Stage two: a face with fewer than `wanted` anchors takes its best ones above `low` among the
    anchors still free. What remains is background, except anchors that overlap a face by at least `neutral` or lie on
    an ignored box: those take no part.
    """
    box = corners(anchors) if anchor_corners is None else anchor_corners
    labels = np.zeros(len(anchors), np.int8)
    owner = np.zeros(len(anchors), np.int64)
    if len(ignored):
        common = intersections(ignored, box)  # a row per box and a column per anchor is the faster order
        own = areas(box)
        covered = common.max(0) / own
        iou = (common / (own[None] + areas(ignored)[:, None] - common)).max(0)
        labels[(covered > 0.5) | (iou > 0.2)] = IGNORED
    if not len(faces):
        return labels, owner
    iou = overlaps(faces, box)
    owner = iou.argmax(0)
    best = iou.max(0)
    labels[best >= neutral] = IGNORED
    positive = best >= threshold
    order = np.argsort(areas(faces))[::-1]
    for face in order:  # every face its best anchor; the smallest, who have the fewest, choose last and keep theirs
        top = iou[face].argmax()
        if iou[face, top] > 0:
            positive[top] = True
            owner[top] = face
    counts = np.bincount(owner[positive], minlength=len(faces))
    for face in order:
        count = int(counts[face])
        if count < wanted:
            candidates = np.where(positive, 0, iou[face])
            more = min(wanted - count, len(candidates))
            for anchor in np.argpartition(candidates, -more)[-more:]:
                if candidates[anchor] > low:
                    positive[anchor] = True
                    owner[anchor] = face
    labels[positive] = POSITIVE
    return labels, owner


def balance(labels: np.ndarray, owner: np.ndarray, power: float, least: int = 3) -> np.ndarray:
    """Weights [A] of positive anchors, (least / anchors of the same face) ** power, at most 1: a large face answers to
    a dozen anchors and a tiny one to three, but precision counts faces."""
    weights = np.ones(len(labels), np.float32)
    positive = labels == POSITIVE
    if power and positive.any():
        count = np.bincount(owner[positive])[owner[positive]]
        weights[positive] = np.minimum(1.0, least / count) ** power
    return weights
