"""Scores become shares, and the threshold follows from the false faces."""

import numpy as np
import pytest
import torch

from conftest import randomised
from rnnpool_training import arch as archs
from rnnpool_training.calibrate import calibrate_detector, centre_detector, fit, shift_logits, threshold_for
from rnnpool_training.data import Sample
from rnnpool_training.evaluate import face_free, run_network
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


def test_many_pictures_are_counted():
    scores = [0.99, 0.97, 0.95, 0.9, 0.6, 0.2]
    assert 0.9 < threshold_for(scores, 1500, 500) < 0.9001  # three may be as high or higher, the fourth may not
    assert threshold_for(scores, 5000, 500) == pytest.approx(0.2)


def test_shifting_changes_every_logit_alike_and_no_box(tiny):
    network = randomised(Network(archs.parse(tiny)))
    image = torch.randn(1, 1, 48, 64)
    with torch.no_grad():
        before = network(image)
        shift_logits(network, -1.5)
        after = network(image)
    assert torch.allclose(after[0], before[0] - 1.5, atol=1e-4) and torch.equal(after[1], before[1])


def test_calibration_of_a_network(tiny, monkeypatch):
    """Detections that are handed in: the network's own would be noise."""
    rng = np.random.default_rng(5)

    def pictures(count, faces):
        boxes = np.array([[100, 100, 200, 200]] * faces, np.float32).reshape(-1, 4)
        return [Sample(None, 640, 480, "", boxes, np.zeros(faces, bool)) for _ in range(count)]

    def found(network, arch, samples, threshold):
        """A false detection in every picture, of log-odds about -1, and one on the face, about 3: as likely right as wrong at 1."""
        return [(sigmoid(np.array([rng.normal(-1, 1)] + [rng.normal(3, 1)] * len(s.boxes))),
                 np.array([[300.0, 300, 400, 400]] + [b.tolist() for b in s.boxes])) for s in samples]

    monkeypatch.setattr("rnnpool_training.calibrate.run_network", found)
    network = randomised(Network(archs.parse(tiny)))
    shift, threshold = calibrate_detector(network.arch, network, pictures(2000, 1), 500, pictures(20000, 0))
    assert shift == pytest.approx(-1, abs=0.15)
    assert threshold == pytest.approx(sigmoid(-1 + 2.878 + shift), abs=0.03)  # the normal distribution's upper 0.2 %


def test_a_half_becomes_the_score_of_one_false_face_in_so_many_pictures(tiny):
    arch = archs.parse(tiny)
    network = randomised(Network(arch))
    rng = np.random.default_rng(6)
    empty = np.zeros((0, 4), np.float32), np.zeros(0, bool)
    free = [Sample(None, 64, 48, "s", *empty, rng.integers(0, 256, (48, 64), np.uint8)) for _ in range(60)]
    centre_detector(arch, network, free, 20)
    scores, pictures = face_free(free, run_network(network, arch, free))
    assert pictures == 60 and (scores >= 0.5).sum() <= 3 < (scores >= 0.45).sum() + 3
