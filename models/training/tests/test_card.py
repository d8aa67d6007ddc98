"""A card is measured, and failures are shown, from a folder of a model alone."""

import cv2
import numpy as np
import pytest

from conftest import randomised
from rnnpool_training import arch as archs
from rnnpool_training import card, failures
from rnnpool_training.export import export
from rnnpool_training.network import Network
from test_training import draw


@pytest.fixture
def model(tiny, tmp_path):
    network = randomised(Network(archs.parse(tiny)))
    export(network.arch, network, tmp_path / "model", threshold=0.6)
    draw(tmp_path, 6, np.random.default_rng(2))
    return tmp_path / "model"


def test_the_measured_part_of_a_card_is_replaced(model):
    (model / "card.md").write_text("# tiny\n\n<!-- measured -->\noutdated\n<!-- end -->\n\nLimits.\n")
    card.main(["--model", str(model), str(model.parent / "all.csv")])
    text = (model / "card.md").read_text()
    assert text.startswith("# tiny\n") and text.endswith("<!-- end -->\n\nLimits.\n") and "outdated" not in text
    assert "| all | 6 | 6 | **" in text and "precision at 0.6" in text
    faces = next(line for line in text.splitlines() if line.startswith("| all |") and line.count("|") == 5)
    found, missed = (int(cell) for cell in faces.split("|")[2:4])
    assert found + missed == 6
    assert (model / "precision-recall.png").stat().st_size > 0


def test_a_card_without_its_marks_is_left_alone(model):
    (model / "card.md").write_text("# tiny\n")
    with pytest.raises(SystemExit, match="card.md: the lines '<!-- measured -->' and '<!-- end -->' are missing"):
        card.main(["--model", str(model), str(model.parent / "all.csv")])
    assert (model / "card.md").read_text() == "# tiny\n"


def test_scenes_hold_the_face_where_they_say():
    bright = np.full((512, 512), 50, np.uint8)
    x, y, w, h = failures.FACE
    bright[y : y + h, x : x + w] = 250
    dark = np.full((300, 451), 50, np.uint8)
    made = failures.scenes(bright, dark, dark, 320, 240)
    assert {p.shape for _, p, _ in made} == {(240, 320)}
    for caption, picture, face in made[:6]:
        x0, y0, x1, y1 = np.round(face).astype(int)
        assert picture[y0 + 1 : y1 - 1, x0 + 1 : x1 - 1].min() > 200, caption
        assert picture[: y0 - 2].max() < 60 and picture[:, x1 + 2 :].max() < 60, caption
    assert sum(face is None for _, _, face in made) == 6


def test_a_scene_is_judged_by_the_box_on_its_face():
    face = np.array([10.0, 10, 50, 50])
    boxes, scores = np.array([[12.0, 10, 50, 52], [100, 100, 140, 140]]), np.array([0.7, 0.9])
    assert failures.judge_scene(scores, boxes, face, 0.6) == ("found: 0.70", True)
    assert failures.judge_scene(scores, boxes, face, 0.8) == ("missed: 0.70", False)
    assert failures.judge_scene(scores, boxes, None, 0.8) == ("false face: 0.90", False)
    assert failures.judge_scene(np.zeros(0), np.zeros((0, 4)), None, 0.8) == ("no face: 0.00", True)


def test_failures_are_plotted(model, tmp_path):
    rng = np.random.default_rng(1)
    for name, size in (("astronaut", (512, 512)), ("chelsea", (300, 451)), ("coffee", (400, 600))):
        cv2.imwrite(str(tmp_path / f"{name}.png"), rng.integers(0, 255, (*size, 3), np.uint8))
    failures.main(["--model", str(model), "--samples", str(tmp_path), "--out", str(tmp_path / "f.png")])
    assert cv2.imread(str(tmp_path / "f.png")) is not None
    with pytest.raises(SystemExit, match="failures: .*astronaut.png: cannot be read"):
        failures.main(["--model", str(model), "--samples", str(model), "--out", str(tmp_path / "g.png")])
