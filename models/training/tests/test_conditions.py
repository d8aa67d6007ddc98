"""Conditions of training crops: light, noise, blur, covered faces, tilt and edges that cut a face."""

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from rnnpool_training import augment, conditions, data
from rnnpool_training.data import Sample, remove_boxes


def sample(boxes, width=240, height=180):
    """A grey picture in which every box holds a white ellipse."""
    pixels = np.full((height, width), 60, np.uint8)
    for x0, y0, x1, y1 in boxes:
        cv2.ellipse(pixels, (int((x0 + x1) / 2), int((y0 + y1) / 2)), (int((x1 - x0) / 2), int((y1 - y0) / 2)), 0, 0, 360, 255, -1)
    return Sample(Path("x"), width, height, "s", np.array(boxes, np.float32).reshape(-1, 4), np.zeros(len(boxes), bool), pixels)


def plain(**options):
    """Crops at natural scale without anything that an option does not name."""
    return augment.Augmentation(**{"photometric": 0, "mosaic": 0, "natural": 1, "flip": 0,
                                   "conditions": conditions.Conditions(covered=0), **options})


@pytest.mark.parametrize("name", conditions.CONDITIONS)
def test_conditions_keep_shape_and_say_what_can_still_be_seen(name):
    rng = np.random.default_rng(2)
    picture = np.ascontiguousarray(rng.integers(0, 256, (97, 131), dtype=np.uint8))
    for boxes in (np.zeros((0, 4), np.float32), np.float32([[20, 10, 50, 50], [0, 40, 18, 60]])):
        for _ in range(10):
            image, smallest = conditions.CONDITIONS[name](picture.copy(), boxes, rng)
            assert image.shape == picture.shape and image.dtype == np.uint8
            assert 6 * 0.8 <= smallest < 30
            assert not np.array_equal(image, picture)


def test_darkness_is_dark_and_shadow_leaves_a_bright_part():
    rng = np.random.default_rng(0)
    picture = np.full((80, 100), 200, np.uint8)
    assert all(conditions.dark(picture, np.zeros((0, 4)), rng)[0].mean() < 100 for _ in range(20))
    for _ in range(20):
        image, _ = conditions.shadow(picture, np.float32([[30, 20, 60, 60]]), rng)
        assert image.min() < 110 and image.max() > 195


def test_conditions_spare_the_bars_of_a_letterbox_and_drop_faces_that_cannot_be_seen():
    options = plain(conditions=conditions.Conditions(share=1, sizes=(12.0, 12.0), covered=0, **dict.fromkeys(
        ("night", "gamma", "bright", "fog", "shadow", "backlight", "blur", "motion", "jpeg"), 0.0)))
    wide = sample([[30, 20, 70, 60]], 240, 60)
    rng = np.random.default_rng(1)
    for _ in range(20):
        image, faces, ignored = augment.window(lambda: wide, 160, 120, (320, 240), options, rng)
        assert len(faces) + len(ignored) == 1
        assert (image == 128).any() or len(np.unique(image[0])) == 1
    harsh = plain(conditions=conditions.Conditions(share=1, sizes=(7.0, 8.0), covered=0, **dict.fromkeys(
        ("dark", "gamma", "bright", "fog", "shadow", "backlight", "blur", "motion", "jpeg"), 0.0)))
    _, faces, ignored = augment.window(lambda: wide, 160, 120, (320, 240), harsh, rng)
    assert len(faces) == 0 and len(ignored) == 1


def test_unknown_conditions_are_refused():
    with pytest.raises(TypeError):
        augment.Augmentation(conditions={"snow": 1.0})
    assert augment.Augmentation(conditions={"sizes": [20.0, 30.0]}).conditions.sizes == (20.0, 30.0)


def test_cover_paints_inside_large_faces_only():
    rng = np.random.default_rng(4)
    changed = 0
    for _ in range(30):
        image = np.full((100, 100), 128, np.uint8)
        conditions.cover(image, np.float32([[20, 20, 60, 70], [80, 80, 86, 88]]), rng)
        assert (image[78:90, 78:90] == 128).all()
        changed += bool((image != 128).any())
    assert 5 < changed < 28


def test_turned_boxes_bound_the_turned_face():
    boxes = np.float32([[100, 60, 130, 100]])
    for degrees in (-45, 0, 20, 90):
        width, height = 240, 180
        turned = conditions.turned(boxes, degrees, width, height, width, height)[0]
        matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), degrees, 1.0)
        found = cv2.warpAffine(sample(boxes).pixels, matrix, (width, height), borderValue=60) > 160
        ys, xs = np.nonzero(found)
        assert [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1] == pytest.approx(turned.tolist(), abs=2)
    assert conditions.turned(boxes, 45, 240, 180, 240, 180)[0][2] - conditions.turned(boxes, 45, 240, 180, 240, 180)[0][0] == pytest.approx(
        2 * math.hypot(15 * math.cos(math.pi / 4), 20 * math.sin(math.pi / 4)), abs=1e-3)


def test_tilted_windows_hold_the_face_where_its_box_says():
    rng, seen = np.random.default_rng(5), 0
    face = sample([[100, 60, 140, 110]])
    for _ in range(60):
        image, faces, ignored = augment.window(lambda: face, 200, 150, (320, 240), plain(tilt=1), rng)
        assert image.shape == (150, 200) and len(faces) + len(ignored) <= 1
        for x0, y0, x1, y1 in faces:
            assert image[int((y0 + y1) / 2), int((x0 + x1) / 2)] > 200
            seen += 1
    assert seen > 30


def test_an_edge_of_the_picture_cuts_the_face():
    rng, cuts = np.random.default_rng(6), 0
    face = sample([[100, 60, 140, 110]])
    for _ in range(60):
        whole = plain(natural=0, small=1, small_sizes=(30.0, 30.0), cut=1, visible=0.45)
        image, faces, ignored = augment.window(lambda: face, 160, 120, (320, 240), whole, rng)
        assert len(faces) + len(ignored) == 1
        for x0, y0, x1, y1 in faces:
            aspect = (x1 - x0) / (y1 - y0)
            cuts += not 0.68 < aspect < 0.92
            assert image[int((y0 + y1) / 2), int((x0 + x1) / 2)] > 200
    assert cuts > 40


def test_wrong_boxes_are_dropped_by_image_and_corner(tmp_path):
    pictures = [sample([[10, 10, 30, 30], [50.4, 60.6, 90, 99]]), sample([[10, 10, 30, 30]])]
    pictures[0].path, pictures[1].path = Path("images/a.webp"), Path("images/b.webp")
    (tmp_path / "wrong.csv").write_text("image,x,y\nimages/a.webp,50.4,60.6\nimages/b.webp,10,11.2\n", "utf-8")
    assert remove_boxes(pictures, tmp_path / "wrong.csv") == 1
    assert pictures[0].boxes.tolist() == [[10, 10, 30, 30]] and len(pictures[0].ignore) == 1 and len(pictures[1].boxes) == 1


def test_large_sets_are_decoded_once(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(data, "CACHED_FROM", 2)
    rng = np.random.default_rng(7)
    pictures = [rng.integers(0, 256, size, dtype=np.uint8) for size in ((20, 30), (40, 10))]
    for i, picture in enumerate(pictures):
        cv2.imwrite(str(tmp_path / f"{i}.png"), picture)

    def load():
        samples = [Sample(tmp_path / f"{i}.png", p.shape[1], p.shape[0], "", np.zeros((0, 4)), np.zeros(0, bool))
                   for i, p in enumerate(pictures)]
        data.load_pixels(samples)
        return samples

    assert all(np.array_equal(s.pixels, p) for s, p in zip(load(), pictures))
    monkeypatch.setattr(data, "read_grey", None)
    assert all(np.array_equal(s.pixels, p) for s, p in zip(load(), pictures))
