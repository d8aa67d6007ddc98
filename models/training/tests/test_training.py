"""A short training run on made-up pictures: it learns, resumes to the bit, and says what is wrong with its options."""

import csv
import json

import cv2
import numpy as np
import pytest
import torch

from conftest import randomised
from rnnpool_training import arch as archs
from rnnpool_training import train as training
from rnnpool_training.data import load_pixels, read_annotations
from rnnpool_training.layers import FastGRNN
from rnnpool_training.network import Network


def draw(folder, count, rng):
    """Grey noise with bright ellipses that carry two dark eyes: faces, as far as this test goes."""
    rows = []
    for index in range(count):
        image = rng.integers(60, 110, (96, 128), np.uint8)
        w = int(rng.integers(14, 40))
        h = int(w * 1.25)
        x, y = int(rng.integers(0, 128 - w)), int(rng.integers(0, 96 - h))
        cv2.ellipse(image, (x + w // 2, y + h // 2), (w // 2, h // 2), 0, 0, 360, 210, -1)
        for eye in (0.3, 0.7):
            cv2.circle(image, (int(x + w * eye), int(y + h * 0.4)), max(1, w // 9), 30, -1)
        cv2.imwrite(str(folder / f"{index}.png"), image)
        rows.append([f"{index}.png", 128, 96, "drawn", x, y, w, h, 0, "drawn"])
    with open(folder / "all.csv", "w", newline="") as file:
        csv.writer(file).writerows([["image", "width", "height", "source", "x", "y", "w", "h", "ignore", "origin"], *rows])


@pytest.fixture
def workplace(tmp_path, tiny):
    draw(tmp_path, 40, np.random.default_rng(5))
    tiny["input"] |= {"width": 128, "height": 96}
    (tmp_path / "arch.json").write_text(json.dumps(tiny))
    (tmp_path / "run.toml").write_text("""
arch = "arch.json"
train = ["all.csv"]
val = ["all.csv"]
steps = 60
warmup = 10
learning_rate = 1e-2
ema = 0.9
threads = 2
checkpoint_every = 30
evaluate_every = 60
[[phases]]
until = 0.5
width = 64
height = 48
batch = 8
[[phases]]
until = 1.0
width = 128
height = 96
batch = 4
""")
    return tmp_path


def start(folder, name, **changes):
    from dataclasses import replace

    config = replace(training.read_config(folder / "run.toml"), **changes)
    samples = read_annotations(folder / "all.csv")
    load_pixels(samples)
    return training.Run(config, folder / name, quiet=True), samples


def test_it_learns(workplace):
    run, samples = start(workplace, "learns", steps=240, evaluate_every=40)
    run.train(samples, {"all": samples})
    losses = [r["class_loss"] + r["box_loss"] for r in run.history]
    assert losses[-1] < 0.6 * losses[0]
    assert run.history[-1]["ap_all"] > 0.5
    for name in ("log.csv", "best.pt", "checkpoint.pt", "curve.png", "arch.json"):
        assert (workplace / "learns" / name).stat().st_size > 0


def test_a_resumed_run_equals_one_that_never_stopped(workplace):
    whole, samples = start(workplace, "whole")
    whole.train(samples, {})
    first, _ = start(workplace, "halves")
    first.train(samples, {}, stop_after=30)
    second, _ = start(workplace, "halves")
    second.resume()
    assert second.step == 30
    second.train(samples, {})
    for (name, a), b in zip(whole.network.state_dict().items(), second.network.state_dict().values()):
        assert torch.allclose(a.float(), b.float(), rtol=1e-3, atol=1e-4), name
    for a, b in zip(whole.average.copy.parameters(), second.average.copy.parameters()):
        assert torch.allclose(a, b, rtol=1e-3, atol=1e-4)


def test_weights_alone_are_no_run_to_resume(workplace):
    run, _ = start(workplace, "weights")
    torch.save({"average": run.network.state_dict(), "step": 1}, workplace / "weights.pt")
    with pytest.raises(training.ConfigError, match="weights.pt has averaged weights only"):
        run.resume(workplace / "weights.pt")


def test_the_schedule_warms_up_and_ends_at_zero(workplace):
    config = training.read_config(workplace / "run.toml")
    rates = [training.learning_rate(config, step) for step in range(config.steps + 1)]
    assert rates[0] == pytest.approx(1e-3) and max(rates) == pytest.approx(1e-2) and rates[-1] == pytest.approx(0)
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_a_curve_leaves_out_what_was_not_measured(tmp_path):
    rows = [{"step": s, "class_loss": 1.0, "box_loss": loss, "ap_val": 0.5} for s, loss in ((100, 1.0), (200, float("nan")), (300, 0.8))]
    training.plot_curve(rows, training.TASKS["detection"], tmp_path / "curve.png")
    picture = cv2.imread(str(tmp_path / "curve.png"))
    cyan = (picture[:, :, 0] > 180) & (picture[:, :, 1] > 160) & (picture[:, :, 2] < 60)
    columns = np.flatnonzero(cyan.any(0))
    assert columns.max() - columns.min() > 0.6 * picture.shape[1]  # one line from 100 to 300


def test_the_rows_of_u_stay_bounded():
    cell = FastGRNN(3, 4)
    with torch.no_grad():
        cell.U.copy_(torch.tensor([[2.0, -2, 2, 2], [1, 1, 1, 0.5], [-3, -3, -3, -3], [0, 0, 0, 0]]))
    cell.bound(3.98)
    assert torch.allclose(cell.U.abs().sum(1), torch.tensor([3.98, 3.5, 3.98, 0])) and cell.U[2, 0] < 0


@pytest.mark.parametrize("text,message", [
    ("step = 3", "'step' is not an option"), ("steps = ", "not TOML"), ("steps = 3", "'arch' is missing"),
    ('arch = "a"\ntrain = []\nval = []\nsteps = 1\nphases = [{until = 0.5, width = 1, height = 1, batch = 1}]', "until = 1.0"),
    ('arch = "a"\ntrain = []\nval = []\nsteps = 1\nphases = [{until = 1.0, width = 1}]', "missing"),
    ('arch = "a"\ntrain = []\nval = []\nsteps = 1\nphases = [{until = 1.0, width = 1, height = 1, batch = 1}]\naugmentation = {zoom = 1}',
     "zoom"),
])
def test_wrong_options_are_named(tmp_path, text, message):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(training.ConfigError, match=message):
        training.read_config(tmp_path / "bad.toml")


def test_the_command_line_fails_with_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="train: .*none.toml: No such file"):
        training.main([str(tmp_path / "none.toml")])


def test_new_residual_blocks_can_start_by_adding_nothing(tiny):
    layers = [*tiny["layers"]]
    place = next(i for i, layer in enumerate(layers) if layer["type"] == "bottleneck") + 1
    channels = layers[place - 1]["channels"]
    more = {"type": "bottleneck", "name": "more", "expansion": 2, "channels": channels, "repeats": 2, "stride": 1}
    deeper = {**tiny, "layers": [*layers[:place], more, *layers[place:]]}
    before, after = (randomised(Network(archs.parse(document))) for document in (tiny, deeper))
    after.load_state_dict(before.state_dict(), strict=False)
    images = torch.randn(2, 1, 48, 64)
    assert not torch.allclose(before(images)[0], after(images)[0], atol=1e-3)
    training.start_as_identity(after.layers["more"])
    for block in after.layers["more"]:
        torch.nn.init.zeros_(block.project.norm.bias)
        block.project.norm.running_mean.zero_()
    for a, b in zip(before(images), after(images)):
        assert torch.allclose(a, b, atol=1e-5)
