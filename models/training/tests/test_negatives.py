"""Pictures without persons as pictures without faces."""

import cv2
import numpy as np

from rnnpool_training import negatives
from rnnpool_training.data import read_annotations


def test_persons_and_pictures_to_avoid_are_left_out(tmp_path, capsys):
    rng = np.random.default_rng(0)
    images = {name: cv2.resize(rng.integers(0, 256, (6, 8), np.uint8), (80, 60), interpolation=cv2.INTER_CUBIC) for name in "abcd"}
    for name, image in images.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), image)
    cv2.imwrite(str(tmp_path / "seen.png"), images["c"][:, ::-1])
    (tmp_path / "persons.csv").write_text("image,label,source\na.png,none,places\nb.png,person,places\nc.png,none,food\nd.png,none,food\n")
    (tmp_path / "val.csv").write_text("image,width,height,x,y,w,h\nseen.png,80,60,1,2,3,4\nseen.png,80,60,9,9,3,4\n")
    negatives.main([str(tmp_path / "persons.csv"), "--avoid", str(tmp_path / "val.csv"), "--out", str(tmp_path / "new" / "out.csv")])
    found = read_annotations(tmp_path / "new" / "out.csv")
    assert [(s.path.name, s.source, s.width, s.height, len(s.boxes)) for s in found] == [("a.png", "persons/places", 80, 60, 0),
                                                                                        ("d.png", "persons/food", 80, 60, 0)]
    assert all(s.path.exists() for s in found) and "1 left out" in capsys.readouterr().out
