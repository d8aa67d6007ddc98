"""Scores that mean something. Hard negative mining teaches a detector scores as if a quarter of all anchors were faces. Here they
are shifted so that of the detections with a score of 0.5 half are right, and the working threshold follows from how often
pictures without a face may give a false one; or so that 0.5 is that working threshold. Neither changes the order of detections, nor average
precision.

The logits are shifted alone, not stretched (Platt scaling): of face-qvga's they would have to be doubled, and then a
score of 0.01, from which on precision-recall curves are drawn, would cut off one face in fifty."""

import numpy as np
import torch

from .evaluate import evaluate, face_free, run_network

_LOWEST, _HIGHEST = 0.3, 0.99  # of a working threshold
_COUNTED = 3  # false faces that may be counted, rather than extrapolated
_TAIL = 40  # false faces from which the tail of their scores is estimated


def logit(score):
    score = np.clip(score, 1e-12, 1 - 1e-12)
    return np.log(score) - np.log1p(-score)


def fit(scores, hits) -> tuple[float, float]:
    """Slope and offset for which sigmoid(slope * logit + offset) is the likeliest probability of a hit; Newton's method."""
    x, y = logit(np.asarray(scores, np.float64)), np.asarray(hits, np.float64)
    if not len(y) or y.min() == y.max():
        raise ValueError("calibration needs detections that are right and detections that are wrong")
    design = np.stack([x, np.ones_like(x)], 1)
    beta = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -40, 40)))
        weight = p * (1 - p)
        step = np.linalg.solve(design.T @ (design * weight[:, None]) + 1e-6 * np.eye(2), design.T @ (y - p))
        beta += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    if beta[0] <= 0:
        raise ValueError("detections with higher scores are not right more often; there is nothing to calibrate")
    return float(beta[0]), float(beta[1])


def threshold_for(scores, pictures: int, frames: float) -> float:
    """The score from which on `pictures` frames without a face, in which false faces with these scores were found, give at most
    one in `frames` frames.

    Enough pictures are counted. With fewer the count is extrapolated: over a high level the number of false faces falls
    exponentially with their log-odds (the peaks over a threshold of extreme value statistics), and the mean excess of the
    highest ones over that level says how fast."""
    values = np.sort(logit(np.asarray(scores, np.float64)))[::-1]
    allowed = int(pictures / frames)
    if allowed >= _COUNTED:
        wanted = values[allowed] + 1e-3 if allowed < len(values) else values[-1]
    elif len(values) < 10 or pictures < 10:
        raise ValueError(f"{len(values)} false faces in {pictures} pictures are too few to choose a threshold by")
    else:
        n = min(_TAIL, len(values) - 1)
        wanted = values[n] + float((values[:n] - values[n]).mean()) * np.log(n * frames / pictures)
    return float(1 / (1 + np.exp(-wanted)))


@torch.no_grad()
def shift_logits(network, shift: float) -> None:
    for layer in network.arch.heads:
        head = network.layers[layer.name]
        head.classes.bias[head.face_channels] += shift


def calibrate_detector(arch, network, samples, frames: float, more=()) -> tuple[float, float]:
    """Shifts the network's logits by what it finds in the samples; returns the shift and the threshold, which those of the
    samples, and of `more`, without any box decide."""
    results = run_network(network, arch, samples, threshold=0.005)
    judged = evaluate(samples, results)
    slope, offset = fit(judged.scores, judged.hits)
    shift = offset / slope
    free = [s for s in more if not len(s.boxes)]
    false, pictures = face_free([*samples, *free], results + run_network(network, arch, free, threshold=0.005))
    working = 1 / (1 + np.exp(-(logit(threshold_for(false, pictures, frames)) + shift)))
    shift_logits(network, shift)
    return shift, float(np.clip(np.ceil(working * 1000) / 1000, _LOWEST, _HIGHEST))


def centre_detector(arch, network, free, frames: float) -> float:
    """Shifts the network's logits so that boxes of score 0.5 and more are at most one in `frames` of these pictures without faces; returns
    the shift."""
    false, pictures = face_free(free, run_network(network, arch, free, threshold=0.005))
    shift = -float(logit(threshold_for(false, pictures, frames)))
    shift_logits(network, shift)
    return shift
