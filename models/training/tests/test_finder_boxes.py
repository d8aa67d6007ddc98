"""Annotated boxes out of what another detector found."""

import cv2
import numpy as np
import pytest

from rnnpool_training import finder_boxes
from rnnpool_training.data import read_annotations


@pytest.fixture
def pictures(tmp_path):
    for name in "abcd":
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.zeros((60, 80), np.uint8))
    (tmp_path / "labels.csv").write_text("image,label,source\na.png,person,s\nb.png,person,s\nc.png,none,t\nd.png,person,s\n")
    return tmp_path


def run(folder, boxes, *options):
    name = folder.name
    (folder / "boxes.csv").write_text("image,score,x,y,w,h\n" + "".join(f"{name}/{row}\n" for row in boxes))
    finder_boxes.main([str(folder / "labels.csv"), "--boxes", str(folder / "boxes.csv"), "--out", str(folder / "out.csv"), *options])
    return {s.path.name: s for s in read_annotations(folder / "out.csv")}


def test_scores_decide_what_is_annotated_ignored_and_left_out(pictures, capsys):
    boxes = ["a.png,0.9,10,20,10,30", "a.png,0.2,50,20,10,30", "a.png,0.1,70,5,5,5", "b.png,0.2,1,2,30,40", "c.png,0.9,1,2,30,40"]
    found = run(pictures, boxes)
    assert set(found) == {"a.png", "c.png"}  # no box of b is sure, and d has none
    assert found["a.png"].boxes.tolist() == [[10, 20, 20, 50], [50, 20, 60, 50]] and found["a.png"].ignore.tolist() == [False, True]
    assert len(found["c.png"].boxes) == 0 and (found["c.png"].width, found["c.png"].height) == (80, 60)
    assert "2 pictures with 1 boxes; 2 left out" in capsys.readouterr().out


def test_a_doubtful_second_guess_does_not_hide_a_sure_box(pictures):
    found = run(pictures, ["a.png,0.9,10,20,10,30", "a.png,0.2,11,20,10,30"])
    assert found["a.png"].boxes.tolist() == [[10, 20, 20, 50]]


def test_thresholds_are_options(pictures):
    found = run(pictures, ["b.png,0.2,1,2,30,40"], "--sure", "0.2", "--doubtful", "0.1")
    assert found["b.png"].ignore.tolist() == [False]


@pytest.mark.parametrize("options", [("--sure", "0.1", "--doubtful", "0.2"), ("--doubtful", "-1")])
def test_thresholds_out_of_order_are_refused(pictures, options):
    with pytest.raises(SystemExit, match="--doubtful"):
        run(pictures, [], *options)
