"""Scores become shares, and the threshold follows from the false faces."""

import numpy as np
import pytest
import torch

from conftest import randomised
from rnnpool_training import arch as archs
from rnnpool_training.calibrate import calibrate_detector, fit, logit, rescale, threshold_for
from rnnpool_training.data import Sample
from rnnpool_training.network import Network


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_the_fit_finds_the_slope_and_shift_that_made_the_hits():
    rng = np.random.default_rng(3)
    raw = rng.normal(0, 3, 20000)
    slope, shift = fit(sigmoid(raw), rng.random(20000) < sigmoid(0.6 * raw - 1.2))
    assert slope == pytest.approx(0.6, abs=0.03) and shift == pytest.approx(-1.2, abs=0.06)


@pytest.mark.parametrize("scores,hits,message", [
    ([0.9, 0.8], [True, True], "right and detections that are wrong"), ([], [], "right and detections that are wrong"),
    ([0.9, 0.8, 0.3, 0.2], [False, False, True, True], "nothing to calibrate")])
def test_what_cannot_be_calibrated_is_said(scores, hits, message):
    with pytest.raises(ValueError, match=message):
        fit(scores, hits)


def test_the_threshold_keeps_to_the_rate_of_false_faces():
    """250 pictures give the threshold; 100,000 more of the same kind show what it does."""
    rng = np.random.default_rng(4)
    rates = []
    for _ in range(20):
        level = threshold_for(sigmoid(-2 + rng.exponential(0.9, rng.poisson(0.8 * 250))), 250, 500)
        rates.append((sigmoid(-2 + rng.exponential(0.9, 80_000)) >= level).sum() / 100_000)
    assert 1 / 900 < np.median(rates) < 1 / 280


def test_a_threshold_needs_some_false_faces():
    with pytest.raises(ValueError, match="3 false faces in 200 pictures are too few"):
        threshold_for([0.5, 0.4, 0.3], 200, 500)


def test_rescaling_changes_every_logit_alike_and_no_box(tiny):
    network = randomised(Network(archs.parse(tiny)))
    image = torch.randn(1, 1, 48, 64)
    with torch.no_grad():
        before = network(image)
        rescale(network, 0.7, -1.5)
        after = network(image)
    assert torch.allclose(after[0], 0.7 * before[0] - 1.5, atol=1e-4) and torch.equal(after[1], before[1])


def test_calibration_of_a_network(tiny, monkeypatch):
    """Detections that are handed in: the network's own would be noise."""
    rng = np.random.default_rng(5)
    samples = [Sample(None, 640, 480, "", np.array([[100, 100, 200, 200]], np.float32) if i % 2 else np.zeros((0, 4), np.float32),
                      np.zeros(i % 2, bool)) for i in range(400)]
    results = []
    for sample in samples:
        boxes = [[300.0, 300, 400, 400]] + [b.tolist() for b in sample.boxes]
        raw = np.array([rng.normal(-1, 1)] + [rng.normal(2, 1)] * len(sample.boxes))
        results.append((sigmoid(raw), np.array(boxes)))
    monkeypatch.setattr("rnnpool_training.calibrate.run_network", lambda network, arch, samples, threshold: results)
    network = randomised(Network(archs.parse(tiny)))
    slope, shift, threshold = calibrate_detector(network.arch, network, samples, 500)
    assert slope > 1 and 0.3 <= threshold <= 0.99
    free = np.concatenate([s for sample, (s, _) in zip(samples, results) if not len(sample.boxes)])
    assert (sigmoid(slope * logit(free) + shift) >= threshold).sum() <= 1
