"""What ships equals what was trained."""

import hashlib
import json

import numpy as np
import onnx
import onnx_interpreter
import pytest
import torch

from conftest import MODEL, randomised
from rnnpool_training import arch as archs
from rnnpool_training import safetensors
from rnnpool_training.anchors import anchor_boxes
from rnnpool_training.detect import detections
from rnnpool_training.export import export, folded_tensors, load_folded
from rnnpool_training.network import ConvUnit, Network
from rnnpool_training.onnx_graph import build
from rnnpool_training.preprocess import Letterbox, read_grey, to_tensor

VECTORS = MODEL.parents[1] / "tests" / "vectors" / "face-qvga"


def test_batch_norm_folds_into_the_convolution():
    unit = randomised(ConvUnit(3, 5, 3, 2), 4)
    weight, bias = unit.folded()
    x = torch.randn(2, 3, 9, 11)
    assert torch.allclose(torch.nn.functional.conv2d(x, weight, bias, 2, 1).clamp(0, 6), unit(x), atol=1e-5)


@pytest.mark.parametrize("gate", ["hard", "smooth"])
def test_onnx_equals_pytorch(tiny, gate):
    tiny["layers"][1]["gate"] = gate
    network = randomised(Network(archs.parse(tiny)))
    model = build(network.arch, folded_tensors(network))
    for batch in (1, 3):
        image = torch.randn(batch, 1, 48, 64)
        with torch.no_grad():
            logits, offsets = network(image)
        result = onnx_interpreter.run(model, image)
        assert result["logits"].shape == logits.shape and result["offsets"].shape == offsets.shape
        assert (result["logits"] - logits).abs().max() < 1e-4
        assert (result["offsets"] - offsets).abs().max() < 1e-4


def test_a_resize_that_has_no_period_is_not_exported(tiny):
    tiny["layers"].insert(0, {"type": "resize", "name": "shrink", "scale": 0.7})
    network = randomised(Network(archs.parse(tiny)))
    with pytest.raises(ValueError, match="'scale' is 0.7 for a map of 64x48; it must be a ratio"):
        build(network.arch, folded_tensors(network))


@pytest.mark.parametrize("scale", [0.75, 0.5, 0.625])
def test_onnx_equals_pytorch_behind_a_resize(tiny, scale):
    tiny["layers"].insert(0, {"type": "resize", "name": "shrink", "scale": scale})
    arch = archs.parse(tiny)
    network = randomised(Network(arch))
    image = torch.randn(2, 1, 48, 64)
    with torch.no_grad():
        logits, offsets = network(image)
    result = onnx_interpreter.run(build(arch, folded_tensors(network)), image)
    assert logits.shape[1] == len(anchor_boxes(arch)) == result["logits"].shape[1]
    assert (result["logits"] - logits).abs().max() < 1e-4 and (result["offsets"] - offsets).abs().max() < 1e-4


def test_onnx_of_a_classifier_equals_pytorch(classifier):
    network = randomised(Network(archs.parse(classifier)))
    image = torch.randn(2, 1, 40, 48)
    with torch.no_grad():
        expected = network(image)
    actual = onnx_interpreter.run(build(network.arch, folded_tensors(network)), image)["logits"]
    assert actual.shape == (2, 2) and (actual - expected).abs().max() < 1e-5


def test_folder_round_trip(tiny, tmp_path):
    network = randomised(Network(archs.parse(tiny)))
    export(network.arch, network, tmp_path, threshold=0.25)
    arch, again = load_folded(tmp_path)
    assert arch.detection["scoreThreshold"] == 0.25
    image = torch.randn(1, 1, 48, 64)
    with torch.no_grad():
        for a, b in zip(again(image), network(image)):
            assert (a - b).abs().max() < 1e-4


def test_missing_and_surplus_tensors_are_named(tiny, tmp_path):
    network = randomised(Network(archs.parse(tiny)))
    export(network.arch, network, tmp_path)
    tensors = safetensors.load(tmp_path / "weights.safetensors")
    safetensors.save(tmp_path / "weights.safetensors", {**tensors, "extra": np.zeros(1, np.float32)})
    with pytest.raises(safetensors.SafetensorsError, match="'extra' belongs to no layer"):
        load_folded(tmp_path)
    tensors.pop("b1.1.expand.bias")
    safetensors.save(tmp_path / "weights.safetensors", tensors)
    with pytest.raises(safetensors.SafetensorsError, match="'b1.1.expand.bias' is missing"):
        load_folded(tmp_path)


def test_safetensors_round_trip_and_damage(tmp_path):
    path = tmp_path / "t.safetensors"
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b.c": np.array(3, np.int64), "e": np.zeros((0, 2), np.float32)}
    safetensors.save(path, tensors, {"k": "v"})
    again = safetensors.load(path)
    assert set(again) == set(tensors) and all(np.array_equal(again[k], v) and again[k].dtype == v.dtype for k, v in tensors.items())
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    assert json.loads(data[8 : 8 + length])["a"] == {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
    for bad, message in ((data[:5], "too short"), (data[:40], "header claims"), (data[:-4], "does not fit"),
                         (b"\xff" * 16, "header claims"), (data[:8] + b"x" + data[9:], "not valid")):
        path.write_bytes(bad)
        with pytest.raises(safetensors.SafetensorsError, match=message):
            safetensors.load(path)


def test_the_model_that_ships():
    model = onnx.load(str(MODEL / "model.onnx"))
    onnx.checker.check_model(model, full_check=True)
    assert [(o.domain, o.version) for o in model.opset_import] == [("", 17)]
    allowed = {"Conv", "Clip", "HardSigmoid", "Sigmoid", "Tanh", "Add", "Sub", "Mul", "Concat", "Slice", "Split", "Pad",
               "Transpose", "Reshape", "ReduceMin"}
    assert {n.op_type for n in model.graph.node} <= allowed
    (image,) = model.graph.input
    assert image.name == "image" and image.type.tensor_type.shape.dim[0].dim_param
    assert [d.dim_value for d in image.type.tensor_type.shape.dim[1:]] == [1, 240, 320]
    assert [o.name for o in model.graph.output] == ["logits", "offsets"]
    shapes = {constant.name: list(constant.dims) for constant in model.graph.initializer}
    assert all(shapes[bound] == [] for node in model.graph.node if node.op_type == "Clip" for bound in node.input[1:])
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    assert metadata["task"] == "detection" and json.loads(metadata["labels"]) == ["face"] and float(metadata["mean"]) == 128.0
    assert [head["stride"] for head in json.loads(metadata["anchors"])] == [8, 16, 32]
    arch, network = load_folded(MODEL)
    x = torch.randn(2, 1, 240, 320)
    with torch.no_grad():
        logits, offsets = network(x)
    result = onnx_interpreter.run(model, x)
    assert (result["logits"] - logits).abs().max() < 1e-4 and (result["offsets"] - offsets).abs().max() < 1e-4


def test_golden_vectors_belong_to_the_model_that_ships():
    golden = json.loads((VECTORS / "golden.json").read_text("utf-8"))
    assert golden["weightsSha256"] == hashlib.sha256((MODEL / "weights.safetensors").read_bytes()).hexdigest()
    assert len(golden["pictures"]) >= 20
    arch, network = load_folded(MODEL)
    anchors = anchor_boxes(arch)
    for entry in golden["pictures"]:
        image = read_grey(VECTORS / entry["picture"])
        box = Letterbox.fit(image.shape[1], image.shape[0], arch.width, arch.height)
        canvas = box.apply(image)
        stored = read_grey(VECTORS / entry["input"])
        assert np.abs(canvas.astype(int) - stored).max() <= 1, entry["picture"]
        with torch.no_grad():
            logits, offsets = (t.numpy()[0] for t in network(torch.from_numpy(to_tensor(stored, arch.mean, arch.scale)[None])))
        for kind, values in (("logits", logits), ("offsets", offsets)):
            if kind in entry:
                kept = np.frombuffer((VECTORS / entry[kind]).read_bytes(), "<f4").reshape(values.shape)
                assert np.abs(kept - values).max() < 1e-4
        scores, boxes = detections(logits, offsets, anchors, arch.detection, box)
        assert len(scores) == len(entry["detections"]), entry["picture"]
        for score, found, expected in zip(scores, boxes, entry["detections"]):
            assert abs(score - expected["score"]) < 1e-4
            corners = [expected["x"], expected["y"], expected["x"] + expected["w"], expected["y"] + expected["h"]]
            assert np.abs(found - corners).max() < 0.05
