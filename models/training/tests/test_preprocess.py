import numpy as np
import pytest

from rnnpool_training import augment
from rnnpool_training.data import DataError, Sample, load_pixels, read_annotations
from rnnpool_training.preprocess import Letterbox, grey, read_grey, resize, to_tensor


def test_luma_is_the_integer_formula():
    image = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)  # blue, green, red, white
    assert grey(image).tolist() == [[(29 * 255 + 128) >> 8, (150 * 255 + 128) >> 8, (77 * 255 + 128) >> 8, 255]]
    assert grey(np.full((2, 2), 7, np.uint8)).tolist() == [[7, 7], [7, 7]]


@pytest.mark.parametrize("w,h,expected", [
    (320, 240, (0, 0, 320, 240)), (640, 480, (0, 0, 320, 240)), (512, 512, (40, 0, 240, 240)), (1, 1, (40, 0, 240, 240)),
    (301, 5, (0, 117, 320, 5)), (9, 300, (156, 0, 7, 240)), (1111, 833, (0, 0, 320, 240)), (100, 1, (0, 118, 320, 3)),
])
def test_letterbox_geometry(w, h, expected):
    box = Letterbox.fit(w, h, 320, 240)
    assert (box.x, box.y, box.width, box.height) == expected


def test_letterbox_boxes_go_there_and_back():
    box = Letterbox.fit(301, 467, 320, 240)
    boxes = np.array([[0.0, 0, 301, 467], [10, 20, 30, 50]])
    assert box.to_source(box.to_canvas(boxes)) == pytest.approx(boxes)
    assert box.to_source(np.array([[-50.0, -50, 900, 900]])).tolist() == [[0, 0, 301, 467]]


def test_letterbox_fill_is_zero_for_the_network():
    canvas = Letterbox.fit(10, 40, 320, 240).apply(np.full((40, 10), 200, np.uint8))
    tensor = to_tensor(canvas, 128.0, 128.0)
    assert tensor[0, :, 0].tolist() == [0.0] * 240 and tensor[0, 120, 160] == pytest.approx(72 / 128)


def test_resize_averages_areas_and_interpolates():
    assert resize(np.array([[0, 100], [100, 200]], np.uint8), 1, 1).tolist() == [[100]]
    assert resize(np.array([[0, 100]], np.uint8), 4, 1).tolist() == [[0, 25, 75, 100]]


def test_unreadable_pictures_are_named(tmp_path):
    (tmp_path / "text.jpg").write_text("not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    for name in ("text.jpg", "empty.png", "missing.png"):
        with pytest.raises(ValueError, match=name):
            read_grey(tmp_path / name)


def test_annotations(tmp_path):
    csv = tmp_path / "a.csv"
    csv.write_text("image,width,height,source,x,y,w,h,ignore,origin\n"
                   "p.png,40,30,s,1,2,3,4,0,human\np.png,40,30,s,5,6,7,8,1,human\nq.png,10,10,t,,,,,,\n")
    p, q = read_annotations(csv)
    assert p.boxes.tolist() == [[1, 2, 4, 6], [5, 6, 12, 14]] and p.ignore.tolist() == [False, True]
    assert q.boxes.shape == (0, 4) and q.source == "t"
    csv.write_text("image,width,height,source,x,y,w,h,ignore,origin\np.png,40,30,s,1,two,3,4,0,human\n")
    with pytest.raises(DataError, match="line 2"):
        read_annotations(csv)
    csv.write_text("image,width\n")
    with pytest.raises(DataError, match="columns"):
        read_annotations(csv)
    with pytest.raises(DataError, match="No such file"):
        read_annotations(tmp_path / "none.csv")


def test_pictures_must_have_the_size_that_is_said(tmp_path):
    import cv2

    cv2.imwrite(str(tmp_path / "p.png"), np.zeros((3, 4), np.uint8))
    sample = Sample(tmp_path / "p.png", 5, 3, "", np.zeros((0, 4), np.float32), np.zeros(0, bool))
    with pytest.raises(DataError, match="4x3, but the annotations say 5x3"):
        load_pixels([sample])


def marked(boxes, size=(300, 200), ignore=None):
    """A dark picture whose boxes are filled with white."""
    pixels = np.full(size[::-1], 10, np.uint8)
    for x0, y0, x1, y1 in boxes:
        pixels[y0:y1, x0:x1] = 250
    return Sample(None, *size, "s", np.array(boxes, np.float32).reshape(-1, 4),
                  np.zeros(len(boxes), bool) if ignore is None else np.array(ignore), pixels)


@pytest.mark.parametrize("mosaic", [0.0, 1.0])
def test_boxes_follow_the_pixels(mosaic):
    options = augment.Augmentation(photometric=0, mosaic=mosaic, mosaic_sizes=(12, 40))
    sample = marked([[60, 50, 90, 90], [200, 120, 220, 150]])
    rng = np.random.default_rng(3)
    seen = 0
    for _ in range(150):
        image, faces, ignored = augment.window(lambda: sample, 128, 96, (320, 240), options, rng)
        assert image.shape == (96, 128) and image.dtype == np.uint8
        for x0, y0, x1, y1 in faces:
            assert 0 <= x0 < x1 <= 128 and 0 <= y0 < y1 <= 96
            if min(x1 - x0, y1 - y0) < 10:
                continue
            seen += 1
            inner = image[int(np.ceil(y0 + 1.5)) : int(y1 - 1.5), int(np.ceil(x0 + 1.5)) : int(x1 - 1.5)]
            assert inner.min() > 200, "the middle of a box is not its face"
            left, right = int(x0 - 2.5), int(np.ceil(x1 + 1.5))
            rows = slice(int(np.ceil(y0 + 1)), max(int(np.ceil(y0 + 1)) + 1, int(y1 - 1)))
            if mosaic == 0 and left >= 0:
                assert image[rows, left].max() < 200, "the face reaches out of its box"
            if mosaic == 0 and right < 128:
                assert image[rows, right].max() < 200, "the face reaches out of its box"
    assert seen > 100


def test_small_and_cut_faces_become_ignored():
    options = augment.Augmentation(photometric=0, mosaic=0, natural=0, small=1, small_sizes=(2.0, 3.0), scales=(0.01, 4))
    rng = np.random.default_rng(0)
    for _ in range(20):
        _, faces, ignored = augment.window(lambda: marked([[100, 50, 140, 95]]), 96, 64, (320, 240), options, rng)
        assert len(faces) == 0 and len(ignored) == 1


def test_pictures_without_faces_give_windows_too():
    rng = np.random.default_rng(0)
    for _ in range(20):
        image, faces, ignored = augment.window(lambda: marked([]), 96, 64, (320, 240), augment.Augmentation(), rng)
        assert image.shape == (64, 96) and len(faces) == len(ignored) == 0
