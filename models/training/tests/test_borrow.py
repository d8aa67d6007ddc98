"""Pictures of faces as pictures of persons."""

import csv

import cv2
import numpy as np

from rnnpool_training import borrow
from rnnpool_training.labelled import read_labelled


def test_what_is_known_already_is_left_out(tmp_path, capsys):
    rng = np.random.default_rng(0)

    def picture(name):
        image = cv2.resize(rng.integers(0, 256, (6, 8), np.uint8), (80, 60), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(tmp_path / name), image)
        return image

    rows = []
    for name, source, box in (("face.png", "face_det1_thesus", (10, 10, 20, 24)), ("speck.png", "face_det1_thesus", (10, 10, 1, 1)),
                              ("known.png", "face_det1_thesus", (5, 5, 30, 30)), ("rock.png", "haar_negatives", None),
                              ("other.png", "somewhere", (5, 5, 30, 30))):
        image = picture(name)
        rows.append([name, 80, 60, source, *(box or [""] * 4), 0, ""])
        if name == "known.png":  # mirrored, squeezed and a little noisy
            seen = cv2.resize(image[:, ::-1], (64, 64), interpolation=cv2.INTER_AREA)
            cv2.imwrite(str(tmp_path / "val.png"), np.clip(seen + rng.normal(0, 2, seen.shape), 0, 255).astype(np.uint8))
    with open(tmp_path / "faces.csv", "w", newline="") as file:
        csv.writer(file).writerows([["image", "width", "height", "source", "x", "y", "w", "h", "ignore", "origin"], *rows])
    (tmp_path / "val.csv").write_text("image,label\nval.png,person\n")
    borrow.main([str(tmp_path / "faces.csv"), "--avoid", str(tmp_path / "val.csv"), "--out", str(tmp_path / "new" / "out.csv")])
    found = read_labelled(tmp_path / "new" / "out.csv", ("none", "person"))
    assert [(p.path.name, p.label, p.source) for p in found] == [("face.png", 1, "faces/face_det1_thesus"),
                                                                 ("rock.png", 0, "faces/haar_negatives")]
    assert found[0].box_area == 0.5 and all(p.path.exists() for p in found)
    assert "1 left out" in capsys.readouterr().out
