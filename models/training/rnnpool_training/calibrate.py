"""Scores that mean something. Hard negative mining teaches a detector scores as if a quarter of all anchors were faces; here
they become the share of such detections that are right (Platt scaling), and the working threshold follows from how often
pictures without a face may give a false one. Neither changes the order of detections, nor average precision."""

import numpy as np
import torch

from .evaluate import evaluate, face_free, run_network

_LOWEST, _HIGHEST = 0.3, 0.99  # of a working threshold
_TAIL = 40  # false faces from which the tail of their scores is estimated


def logit(score):
    score = np.clip(score, 1e-12, 1 - 1e-12)
    return np.log(score) - np.log1p(-score)


def fit(scores, hits) -> tuple[float, float]:
    """Slope and shift for which sigmoid(slope * logit + shift) is the likeliest probability of a hit; Newton's method."""
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
    """The score from which `pictures` frames like these give at most pictures / frames false faces.

    There are fewer pictures than frames, so the count is extrapolated: over a high level the number of false faces falls
    exponentially with their log-odds (the peaks over a threshold of extreme value statistics), and the mean excess of the
    highest ones over that level says how fast."""
    values = np.sort(logit(np.asarray(scores, np.float64)))[::-1]
    if len(values) < 10 or pictures < 10:
        raise ValueError(f"{len(values)} false faces in {pictures} pictures are too few to choose a threshold by")
    n = min(_TAIL, len(values) - 1)
    level, excess = values[n], float((values[:n] - values[n]).mean())
    wanted = level + excess * np.log(n * frames / pictures)
    return float(1 / (1 + np.exp(-wanted)))


@torch.no_grad()
def rescale(network, slope: float, shift: float) -> None:
    """Every logit becomes slope * logit + shift."""
    for layer in network.arch.heads:
        head = network.layers[layer.name]
        head.classes.weight *= slope
        head.classes.bias *= slope
        head.classes.bias[head.face_channels] += shift


def calibrate_detector(arch, network, samples, frames: float) -> tuple[float, float, float]:
    """Rescales the network's logits by what it finds in the samples; returns slope, shift and the threshold."""
    results = run_network(network, arch, samples, threshold=0.005)
    judged = evaluate(samples, results)
    slope, shift = fit(judged.scores, judged.hits)
    rescale(network, slope, shift)
    false, pictures = face_free(samples, results)
    raw = threshold_for(false, pictures, frames)
    working = 1 / (1 + np.exp(-(slope * float(logit(raw)) + shift)))
    return slope, shift, float(np.clip(np.ceil(working * 100) / 100, _LOWEST, _HIGHEST))
