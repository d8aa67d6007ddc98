"""Kinds of pictures made from annotated ones, and what is held of them."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from rnnpool_training import kinds
from rnnpool_training.data import Sample


def sample(boxes=((80, 50, 140, 130),), ignore=None, width=320, height=240):
    pixels = np.full((height, width), 90, np.uint8)
    for x0, y0, x1, y1 in boxes:
        cv2.ellipse(pixels, ((x0 + x1) // 2, (y0 + y1) // 2), ((x1 - x0) // 2, (y1 - y0) // 2), 0, 0, 360, 230, -1)
    ignored = np.zeros(len(boxes), bool) if ignore is None else np.array(ignore)
    return Sample(Path("x"), width, height, "s", np.array(boxes, np.float32), ignored, pixels)


def test_base_takes_pictures_with_a_few_large_faces():
    small = sample([(10, 10, 30, 39)])
    chosen = kinds.base([sample(), small, sample([(10, 10, 30, 39), (80, 50, 140, 130)], [True, False])], 10)
    assert len(chosen) == 2 and all(s is not small for s in chosen)
    assert len(kinds.base([sample()] * 5, 3)) == 3
    assert not kinds.base([sample([(20 * i, 10, 20 * i + 15, 50) for i in range(7)])])


@pytest.mark.parametrize("name", kinds.KINDS)
def test_every_kind_keeps_faces_and_moves_boxes_with_them(name):
    made = kinds.KINDS[name](sample(), np.random.default_rng(0))
    assert made.pixels.shape == (made.height, made.width) and made.pixels.dtype == np.uint8 and len(made.boxes) == 1
    x0, y0, x1, y1 = made.boxes[0]
    inside = made.pixels[int(y0 + (y1 - y0) * 0.3) : int(y1 - (y1 - y0) * 0.6), int((x0 + x1) / 2) : int(x1 - (x1 - x0) * 0.3)]
    assert inside.size and (name in ("sunglasses", "mask and sunglasses", "cap over the brows", "light from behind")
                            or inside.mean() > made.pixels[0, 0] + 1)


def test_turning_four_times_gives_the_picture_back():
    start = sample()
    made = kinds.quarter(4)(start, None)
    assert np.array_equal(made.pixels, start.pixels) and made.boxes == pytest.approx(start.boxes)


def test_close_kinds_frame_and_cut_the_face():
    face = np.float32([80, 50, 140, 130])
    framed = kinds.frame(0.5)(sample(), face)
    assert (framed.width, framed.height) == (640, 480)
    assert framed.boxes[0][3] - framed.boxes[0][1] == pytest.approx(240, abs=4)
    top = kinds.cut("top", 0.5)(sample(), face)
    assert (top.width, top.height) == (320, 150) and top.boxes[0].tolist() == pytest.approx([80, 0, 140, 40])
    right = kinds.cut("right", 0.3)(sample(), face)
    assert right.width == 122 and right.boxes[0][2] == 122
    assert kinds.cut("left", 0.5)(sample([(270, 50, 330, 130)], width=320), np.float32([270, 50, 330, 130])) is None


def test_recall_and_losses():
    samples = [sample(), sample()]
    boxes = np.float64([[80, 50, 140, 130], [200, 50, 240, 90], [0, 0, 30, 30]])
    results = [(np.array([0.9, 0.6, 0.2]), boxes), (np.empty(0), np.empty((0, 4)))]
    assert kinds.recall(results, samples, 0.5) == (0.5, 0.5)
    held = [{"kind": "a", "recall": 0.8, "false": 0.1}, {"kind": "b", "recall": None, "false": 0.1}]
    assert kinds.losses([{"kind": "a", "recall": 0.79, "false": 0.4}, {"kind": "b", "recall": None, "false": 0.11}], held, 0.02) == []
    assert len(kinds.losses([{"kind": "a", "recall": 0.7, "false": 0}, {"kind": "b", "recall": None, "false": 0.2}], held, 0.02)) == 2


def test_card_keeps_its_text(tmp_path):
    card = tmp_path / "card.md"
    card.write_text("before\n<!-- kinds -->old<!-- end kinds -->\nafter\n", "utf-8")
    kinds.write_card(card, [{"kind": "a", "pictures": 1, "faces": 2, "recall": 0.5, "false": None},
                            {"kind": "b", "pictures": 1, "faces": 0, "recall": None, "false": 0.25}])
    text = card.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "| a | 2 | 0.50 | - |" in text and "| b | - | - | 0.25 |" in text
    card.write_text("nothing", "utf-8")
    with pytest.raises(ValueError, match="missing"):
        kinds.write_card(card, [])
