"""Labelled pictures: reading them, views of them, a short training run, accuracy, and what the commands say."""

import csv
import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from rnnpool_training import accuracy, arch as archs
from rnnpool_training import evaluate as evaluation
from rnnpool_training import train as training
from rnnpool_training.classification import Classification, picture_weights
from rnnpool_training.data import DataError
from rnnpool_training.labelled import LabelledPicture, load_pictures, read_labelled
from rnnpool_training.preprocess import FILL
from rnnpool_training.views import Views, crop, view

LABELS = ("none", "person")
PLAIN = Views(square=1, mosaic=0, paste=0, rotate=0, flip=0, photometric=0, coarse=0, jpeg=0, cutout=0)


def draw(folder, count, rng):
    """Grey noise, every other one with a bright upright body and head in it: persons, as far as this test goes."""
    rows = []
    for index in range(count):
        w, h = int(rng.integers(48, 100)), int(rng.integers(48, 100))
        image = rng.integers(60, 110, (h, w), np.uint8)
        person = index % 2 == 1
        area = 0.0
        if person:
            tall = int(rng.integers(24, 46))
            x, y = int(rng.integers(8, w - 8)), int(rng.integers(tall // 2, h - tall // 2 + 1))
            cv2.ellipse(image, (x, y), (tall // 6, tall // 2), 0, 0, 360, 220, -1)
            area = tall * tall / 3 / (w * h)
        cv2.imwrite(str(folder / f"{index}.png"), image)
        rows.append([f"{index}.png", LABELS[person], "ab"[index % 4 // 2], 0, int(index % 3 == 0), f"{area:.3f}"])
    with open(folder / "all.csv", "w", newline="") as file:
        csv.writer(file).writerows([["image", "label", "source", "score", "gray", "box_area"], *rows])


@pytest.fixture
def workplace(tmp_path, classifier):
    draw(tmp_path, 60, np.random.default_rng(3))
    classifier["layers"][1]["gate"] = "hard"
    (tmp_path / "arch.json").write_text(json.dumps(classifier))
    (tmp_path / "run.toml").write_text("""
task = "classification"
arch = "arch.json"
train = ["all.csv"]
val = ["all.csv"]
steps = 200
warmup = 10
learning_rate = 1e-2
ema = 0.95
threads = 1
workers = 0
evaluate_every = 40
phases = [{until = 1.0, width = 48, height = 40, batch = 16}]
augmentation = {mosaic = 0.0, paste = 0.0, photometric = 0.2, cutout = 0.0, coarse = 0.0, smallest_crop = 0.6}
""")
    return tmp_path


def start(folder, name, **changes):
    run = training.Run(replace(training.read_config(folder / "run.toml"), **changes), folder / name, quiet=True)
    return run, run.task.read(folder / "all.csv")


def test_it_learns_and_the_command_measures_it(workplace, capsys):
    run, pictures = start(workplace, "run")
    run.train(pictures, {"all": pictures})
    assert run.history[-1]["loss"] < 0.8 * run.history[0]["loss"]
    assert run.best > 0.85
    evaluation.main(["--run", str(workplace / "run"), str(workplace / "all.csv"), "--plot", str(workplace / "roc.png"),
                     "--json", str(workplace / "figures.json")])
    figures = json.loads((workplace / "figures.json").read_text())["all"]
    assert figures["accuracy"] == pytest.approx(run.best, abs=1e-4)
    assert set(figures["bySource"]) == {"a", "b"} and figures["mixed"]["images"] == 60 == sum(figures["confusion"])
    assert "sources with both labels" in capsys.readouterr().out
    assert (workplace / "roc.png").stat().st_size > 0


def test_a_resumed_run_equals_one_that_never_stopped(workplace):
    whole, pictures = start(workplace, "whole", steps=20)
    whole.train(pictures, {})
    first, _ = start(workplace, "halves", steps=20)
    first.train(pictures, {}, stop_after=10)
    first.save()
    second, _ = start(workplace, "halves", steps=20)
    second.resume()
    second.train(pictures, {})
    for a, b in zip(whole.network.state_dict().values(), second.network.state_dict().values()):
        assert torch.allclose(a.float(), b.float(), rtol=1e-3, atol=1e-4)


def test_the_task_of_run_and_net_must_agree(workplace, tiny):
    (workplace / "arch.json").write_text(json.dumps(tiny))
    with pytest.raises(training.ConfigError, match="the task of the run is classification, but .*arch.json is for detection"):
        start(workplace, "run")
    (workplace / "bad.toml").write_text((workplace / "run.toml").read_text().replace('"classification"', '"sorting"'))
    with pytest.raises(training.ConfigError, match="'task' is 'sorting'; it must be one of detection, classification"):
        training.read_config(workplace / "bad.toml")


def test_transfer_takes_what_fits_and_leaves_the_rest(workplace, classifier):
    run, _ = start(workplace, "one")
    run.save()
    classifier["layers"][2]["channels"] = 24
    (workplace / "arch.json").write_text(json.dumps(classifier))
    other, _ = start(workplace, "two", seed=9, transfer=str(workplace / "one" / "checkpoint.pt"))
    assert torch.equal(other.network.layers["stem"].conv.weight, run.network.layers["stem"].conv.weight)
    assert torch.equal(other.network.layers["pool"].rnn1.W, run.network.layers["pool"].rnn1.W)
    assert other.network.layers["b1"][0].project.conv.weight.shape[0] == 24


def test_frozen_layers_stay_as_they_are(workplace):
    run, pictures = start(workplace, "run", steps=6, freeze=("stem", "pool"))
    before = {k: v.clone() for k, v in run.network.state_dict().items()}
    run.train(pictures, {})
    moved = {k.split(".")[1] for k, v in run.network.state_dict().items() if not torch.equal(v, before[k])}
    assert moved == {"b1", "last", "fc"}
    with pytest.raises(training.ConfigError, match="'freeze' names the layer 'steam'"):
        start(workplace, "other", freeze=("steam",))


def test_a_teacher_moves_the_targets(workplace):
    from rnnpool_training.export import export

    run, pictures = start(workplace, "teacher")
    export(run.arch, run.network.eval(), workplace / "model")
    taught, _ = start(workplace, "taught", teacher=str(workplace / "model"), teacher_share=0.5)
    phase = taught.config.phases[0]
    plain = run.task.batch(run.task.sampler(pictures), phase, 8, np.random.default_rng(1))
    moved = taught.task.batch(taught.task.sampler(pictures), phase, 8, np.random.default_rng(1))
    with torch.no_grad():
        answers = run.network(plain[0]).softmax(1)
    assert torch.allclose(moved[1], (plain[1] + answers) / 2, atol=1e-4)
    assert torch.allclose(moved[1].sum(1), torch.ones(8), atol=1e-5)


def picture(label=1, shape=(60, 80), area=0.0, source="s", value=None):
    ramp = np.arange(shape[0] * shape[1], dtype=np.uint32).reshape(shape).astype(np.uint8)
    pixels = ramp if value is None else np.full(shape, value, np.uint8)
    return LabelledPicture("x.png", label, source, False, area, pixels)


def test_labels_are_drawn_equally_often():
    pictures = [picture(1, source="a")] * 3 + [picture(1, source="b"), picture(0, source="a")]
    weights = picture_weights(pictures, {"b": 3.0}, 2)
    assert weights[:4].sum() == pytest.approx(1) and weights[4] == 1 and weights[3] == pytest.approx(0.5)


def test_the_shape_of_a_view_says_nothing_about_the_picture():
    """Bars are drawn independently of the picture: the same random numbers give the same bars for any of them."""
    options = replace(PLAIN, square=0.0)
    for seed in range(20):
        edges = []
        for shape in ((40, 100), (100, 40)):
            bright = picture(1, shape, value=255)
            image, label, _ = view(lambda: bright, lambda: bright, 48, 40, options, np.random.default_rng(seed))
            assert label == 1 and image.shape == (40, 48)
            edges.append(image == FILL)
        assert np.array_equal(*edges) and edges[0].any()


def test_a_crop_keeps_small_things():
    """The smaller the person, the more of the picture stays."""
    rng = np.random.default_rng(0)
    small, large, nothing = picture(1, (100, 100), 0.01), picture(1, (100, 100), 0.6), picture(0, (100, 100))
    for subject, least in ((small, 0.9), (large, 0.3), (nothing, 0.0)):
        side = []
        for _ in range(200):
            # A ramp from left to right: its range in the crop is the share of the width in it.
            subject.pixels = np.tile(np.linspace(0, 255, 100).astype(np.uint8), (100, 1))
            part = crop(subject, 100, 100, PLAIN, rng)[0].astype(int)
            side.append((part.max() - part.min()) / 255)
        assert min(side) >= least * 0.85
    assert np.mean(side) < 0.9


def test_views_of_several_pictures_carry_the_label_of_what_is_seen():
    person, tiny_person, nothing = picture(1, area=0.2, value=200), picture(1, area=0.001, value=200), picture(0, value=10)
    rng = np.random.default_rng(1)
    mosaics = [view(lambda: person, lambda: nothing, 48, 48, replace(PLAIN, mosaic=1.0), rng) for _ in range(60)]
    labels = [label for _, label, _ in mosaics]
    assert 15 < sum(labels) < 45 and all((image > 100).any() == bool(label) for image, label, _ in mosaics)
    assert all(view(lambda: tiny_person, lambda: nothing, 48, 48, replace(PLAIN, mosaic=1.0), rng)[1] == 0 for _ in range(20))
    image, label, _ = view(lambda: person, lambda: nothing, 48, 48, replace(PLAIN, paste=1.0), rng)
    assert label == 1 and image.min() < 30 and image.max() > 150
    image, label, _ = view(lambda: nothing, lambda: nothing, 48, 48, replace(PLAIN, paste=1.0), rng)
    assert label == 0 and image.max() == 10


@pytest.mark.parametrize("text,message", [
    ("picture,label\nx.png,person\n", "the columns image are missing"), ("image,label\n", "no picture is listed"),
    ("image,label\na.png,person\nx.png,cat\n", "line 3: the label 'cat' is not one of none, person"),
    ("image,label\na.png,none\na.png,person\n", "line 3: a.png is listed twice"),
    ("image,label,box_area\na.png,none,much\n", "line 2: could not convert"),
])
def test_wrong_annotations_are_named(tmp_path, text, message):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_labelled(tmp_path / "a.csv", LABELS)


def test_a_picture_that_cannot_be_decoded_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("image,label\na.png,none\n")
    (tmp_path / "a.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match="a.png: not a picture"):
        load_pictures(read_labelled(tmp_path / "a.csv", LABELS))


def test_ways_to_present_a_picture(classifier):
    arch = archs.parse(classifier)
    wide = np.zeros((40, 96), np.uint8)
    wide[:, 24:72] = 200
    boxed = accuracy.present(wide, arch)
    assert boxed.shape == (40, 48) and (boxed[:10] == FILL).all() and boxed[20, 24] == 200
    assert (accuracy.present(wide, arch, "stretch")[:, 14:34] == 200).all()
    assert (accuracy.present(wide, arch, "crop") == 200).all()
    classifier["input"]["fit"] = "stretch"
    assert (accuracy.present(wide, archs.parse(classifier))[:, 14:34] == 200).all()
    with pytest.raises(ValueError, match="'wide' is no way"):
        accuracy.present(wide, arch, "wide")


def test_accuracy_by_hand():
    pictures = [picture(1, area=0.3, source="a"), picture(1, area=0.01, source="a"), picture(0, source="a"), picture(0, source="b")]
    scores = np.array([0.9, 0.4, 0.6, 0.1])
    result = accuracy.judge(pictures, np.stack([1 - scores, scores], 1))
    assert (result.accuracy, result.recall, result.specificity, result.confusion) == (0.5, 0.5, 0.5, (1, 1, 1, 1))
    assert result.auc() == 0.75
    assert result.calibration_error() == pytest.approx((0.1 + 0.6 + 0.6 + 0.1) / 4)
    figures = accuracy.figures(pictures, np.stack([1 - scores, scores], 1))
    assert figures["mixed"] == {"images": 3, "persons": 2, "accuracy": 0.3333, "recall": 0.5, "specificity": 0.0}
    assert [row["accuracy"] for row in figures["byArea"]] == [0.0, 1.0]
    assert figures["bySource"]["b"]["recall"] is None and figures["atThresholds"]["0.30"]["accuracy"] == 0.75


def test_calibration_makes_scores_probabilities(workplace):
    from rnnpool_training.export import calibrate

    run, pictures = start(workplace, "run")
    dense = run.network.layers["fc"][1]
    torch.nn.init.normal_(dense.weight, std=3.0)
    for picture in pictures[::7]:  # no line between scores parts the labels, or the best scale would be without end
        picture.label = 1 - picture.label
    before = accuracy.judge(pictures, accuracy.run_classifier(run.network, run.arch, pictures))
    scale, shift = calibrate(run.arch, run.network, pictures)
    after = accuracy.judge(pictures, accuracy.run_classifier(run.network, run.arch, pictures))
    assert after.scores.mean() == pytest.approx(after.truth.mean(), abs=1e-3)
    margin = np.log(before.scores) - np.log(1 - before.scores)
    assert np.allclose(np.log(after.scores) - np.log(1 - after.scores), scale * margin + shift, atol=1e-2)


def test_a_classifier_from_run_to_card_and_golden_vectors(workplace):
    from rnnpool_training import card, export, golden

    run, pictures = start(workplace, "run", steps=5, evaluate_every=5)
    run.train(pictures, {"all": pictures})
    model, table = workplace / "model", str(workplace / "all.csv")
    export.main(["--run", str(workplace / "run"), "--out", str(model), "--shift", table])
    (model / "card.md").write_text("Before.\n\n<!-- measured -->\n<!-- end -->\n\nAfter.\n")
    card.main(["--model", str(model), "--run", str(workplace / "run"), table])
    text = (model / "card.md").read_text()
    assert text.startswith("Before.") and text.endswith("After.\n") and "| is person |" in text and "all with both labels" in text
    assert (model / "roc.png").exists() and (model / "training-curve.png").exists()
    folder = workplace / "vectors" / "pictures"
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "one.png"), pictures[0].pixels)
    golden.main(["--model", str(model), "--out", str(workplace / "vectors")])
    document = json.loads((workplace / "vectors" / "golden.json").read_text())
    entry, = document["pictures"]
    expected = accuracy.run_classifier(export.load_folded(model)[1], run.arch, pictures[:1])[0]
    assert entry["probabilities"] == pytest.approx(expected.tolist(), abs=1e-4) and document["labels"] == list(LABELS)


@pytest.mark.parametrize("name", ["person-vww", "person-vww-96"])
def test_golden_vectors_belong_to_the_classifier_that_ships(name):
    import hashlib

    from conftest import MODEL
    from rnnpool_training.export import load_folded
    from rnnpool_training.preprocess import read_grey, to_tensor

    model, vectors = MODEL.parent / name, MODEL.parents[1] / "tests" / "vectors" / name
    golden = json.loads((vectors / "golden.json").read_text("utf-8"))
    assert golden["weightsSha256"] == hashlib.sha256((model / "weights.safetensors").read_bytes()).hexdigest()
    arch, network = load_folded(model)
    assert golden["labels"] == list(arch.labels) and len(golden["pictures"]) >= 10
    for entry in golden["pictures"]:
        stored = read_grey(vectors / entry["input"])
        assert np.abs(accuracy.present(read_grey(vectors / entry["picture"]), arch).astype(int) - stored).max() <= 1, entry["picture"]
        with torch.no_grad():
            logits = network(torch.from_numpy(to_tensor(stored, arch.mean, arch.scale)[None]))[0]
        assert np.abs(logits.numpy() - entry["logits"]).max() < 1e-4, entry["picture"]
