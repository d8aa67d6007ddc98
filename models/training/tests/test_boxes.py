"""Pictures with known boxes: reading them, crops around and past them, the loss that learns where things are."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from rnnpool_training import arch as archs
from rnnpool_training.classification import LocatingNetwork, locating_loss
from rnnpool_training.data import DataError
from rnnpool_training.labelled import LabelledPicture, read_boxes
from rnnpool_training.preprocess import FILL
from rnnpool_training.views import NOTHING, SOMETHING, UNKNOWN, Views, crop, view

PLAIN = Views(past=0, square=1, mosaic=0, paste=0, rotate=0, flip=0, photometric=0, coarse=0, jpeg=0, cutout=0)
HEADER = "image,score,x,y,w,h\n"


def person(*boxes, size=100):
    """Black, with the boxes in white."""
    pixels = np.zeros((size, size), np.uint8)
    for x1, y1, x2, y2, _ in boxes:
        pixels[y1:y2, x1:x2] = 255
    return LabelledPicture(Path("images/a.jpg"), 1, "s", False, 0.1, pixels, np.array(boxes, np.float32) if boxes else None)


def test_boxes_find_their_pictures(tmp_path):
    (tmp_path / "b.csv").write_text(HEADER + "images/a.jpg,0.9,10,20,30,40\nimages/a.jpg,0.3,1,2,3,4\nimages/other.jpg,1,0,0,1,1\n")
    known, nothing = person(), replace(person(), label=0)
    assert read_boxes(tmp_path / "b.csv", [known, nothing]) == 1
    assert known.boxes.tolist() == [[10, 20, 40, 60, pytest.approx(0.9)], [1, 2, 4, 6, pytest.approx(0.3)]] and nothing.boxes is None


@pytest.mark.parametrize("text,message", [
    (HEADER + "images/a.jpg,high,1,2,3,4\n", "line 2: not a box"), (HEADER + "images/a.jpg,0.5,1,2,3\n", "line 2: not a box"),
    ("image,score\nimages/a.jpg,1\n", "line 2: not a box"),
])
def test_wrong_boxes_are_named(tmp_path, text, message):
    (tmp_path / "b.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_boxes(tmp_path / "b.csv", [])


def test_crops_show_a_box_or_clearly_none():
    subject = person((10, 10, 40, 70, 0.8))
    seen = {0: 0, 1: 0}
    rng = np.random.default_rng(4)
    for _ in range(200):
        image, cover, label = crop(subject, 64, 64, replace(PLAIN, past=0.5, smallest_crop=0.2), rng)
        seen[label] += 1
        white, covered = (image > 127).mean(), (cover == SOMETHING).mean()
        assert white == pytest.approx(covered, abs=0.05), "the cover lies over the thing"
        assert (white > 0.004) if label else (white < 0.008)
    assert min(seen.values()) > 40


def test_what_is_in_doubt_is_unknown():
    doubtful = person((10, 10, 40, 70, 0.8), (60, 60, 90, 90, 0.12))
    whole = replace(PLAIN, smallest_crop=1.0)
    _, cover, label = crop(doubtful, 100, 100, whole, np.random.default_rng(0))
    assert label == 1 and set(np.unique(cover)) == {NOTHING, UNKNOWN, SOMETHING}
    # Nothing certain in the picture but its label: the best box counts, unless it is as good as none.
    _, cover, _ = crop(person((10, 10, 40, 70, 0.12)), 100, 100, whole, np.random.default_rng(0))
    assert set(np.unique(cover)) == {NOTHING, SOMETHING}
    for nobody_knows in (person((10, 10, 40, 70, 0.05)), person()):
        _, cover, label = crop(nobody_knows, 100, 100, whole, np.random.default_rng(0))
        assert label == 1 and (cover == UNKNOWN).all()


@pytest.mark.parametrize("kind", ["flip", "mosaic", "paste", "rotate"])
def test_the_cover_goes_where_the_pixels_go(kind):
    subject, nothing = person((10, 10, 40, 70, 0.8)), replace(person(), label=0)
    options = replace(PLAIN, **{kind: 1.0}, square=0.5, smallest_crop=0.5)
    for seed in range(30):
        image, _, cover = view(lambda: subject, lambda: nothing, 64, 48, options, np.random.default_rng(seed))
        there = cover == SOMETHING
        assert image.shape == cover.shape == (48, 64)
        assert ((image > 200) & ~there).mean() < 0.03 and (there & (image == FILL)).mean() < 0.03


def test_only_known_cells_are_learnt_from():
    cells = torch.zeros(1, 2, 2, requires_grad=True)
    cover = torch.zeros(1, 8, 8, dtype=torch.uint8)
    cover[0, :4, :4], cover[0, 4:] = SOMETHING, UNKNOWN
    loss = locating_loss(cells, cover)
    loss.backward()
    assert loss.item() == pytest.approx(np.log(2), abs=1e-6)
    assert torch.allclose(cells.grad[0], torch.tensor([[-0.25, 0.25], [0, 0]]))
    assert locating_loss(cells, torch.full((1, 8, 8), UNKNOWN, dtype=torch.uint8)).item() == 0


def test_where_things_are_is_learnt_but_not_shipped(classifier):
    network = LocatingNetwork(archs.parse(classifier), "b1")
    image = torch.randn(2, 1, 40, 48)
    logits, cells = network.train()(image)
    assert logits.shape == (2, 2) and cells.shape == (2, 5, 6)
    assert network.eval()(image).shape == (2, 2)
