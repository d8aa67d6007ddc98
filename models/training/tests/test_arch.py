import copy

import pytest

from conftest import MODEL
from rnnpool_training import arch as archs


def test_face_qvga_layers_by_hand():
    table = {s.layer.name: s for s in archs.stages(archs.load(MODEL / "arch.json"))}
    stem, pool = table["stem"], table["pool"]
    assert (stem.width, stem.height, stem.channels, stem.madds, stem.parameters) == (160, 120, 8, 160 * 120 * 8 * 9, 80)
    # W x once per pixel; RNN1 over 124 rows x 40 windows and 164 columns x 30 windows, 8 steps each; RNN2's W for every
    # one of those states; RNN2 twice down and twice across 1200 windows of 8 steps.
    by_hand = 160 * 120 * 8 * 16 + (124 * 40 + 164 * 30) * 8 * 256 + (124 * 40 + 164 * 30) * 256 + 1200 * 4 * 8 * 256
    assert (pool.width, pool.height, pool.channels, pool.stride, pool.madds) == (40, 30, 64, 8, by_hand)
    assert pool.parameters == 16 * 8 + 16 * 16 + 32 + 16 * 16 + 16 * 16 + 32
    b1 = table["b1"]
    assert b1.madds == 1200 * (64 * 9 + 64 * 24) and b1.parameters == 64 * 10 + 64 * 24 + 24
    h8 = table["h8"]
    assert h8.madds == 1200 * 24 * 9 * (4 + 2 + 2 + 12) and h8.parameters == 24 * 9 * 20 + 20
    b3 = table["b3"]
    assert (b3.width, b3.height) == (20, 15)
    assert b3.madds == 1200 * 24 * 72 + 300 * (72 * 9 + 72 * 64)
    assert table["h32"].stride == 32 and (table["h32"].width, table["h32"].height) == (10, 8)


def test_face_qvga_keeps_to_its_budget():
    arch = archs.load(MODEL / "arch.json")
    table = archs.stages(arch)
    assert sum(s.madds for s in table) <= 85_000_000
    assert sum(s.parameters for s in table) <= 110_000
    assert table[-1].receptive_field >= arch.height


def test_receptive_field(tiny):
    # 3x3 s2 sees 3; a patch of 6 cells 2 px apart adds 10; two 3x3 at stride 8 add 16 each; one at stride 8 more adds 16
    fields = [s.receptive_field for s in archs.stages(archs.parse(tiny))]
    assert fields == [3, 13, 45, 45, 61, 61]
    # 64x48 made 48x36: four taps see 4 px, and what follows is spread over 4/3 as many pixels
    tiny["layers"].insert(0, {"type": "resize", "scale": 0.75})
    table = archs.stages(archs.parse(tiny))
    assert [(s.width, s.height, s.receptive_field) for s in table[:3]] == [(48, 36, 4), (24, 18, 7), (6, 4, 20)]
    assert table[0].madds == 48 * 36 * 16 and table[2].stride == pytest.approx(8 / 0.75)


@pytest.mark.parametrize("change,message", [
    (lambda d: d.update(format="x"), "'format' is not 'rnnpool-arch'"),
    (lambda d: d.update(version=2), "version 2"),
    (lambda d: d.update(task="tracking"), "'task' is 'tracking'"),
    (lambda d: d["input"].pop("width"), "input: 'width' is missing"),
    (lambda d: d["input"].update(height="240"), "'height' is '240', not of type int"),
    (lambda d: d["layers"][0].update(type="maxpool"), r"layers\[0\]: unknown type 'maxpool'"),
    (lambda d: d["layers"][0].update(dilation=2), r"layers\[0\] \('stem'\): 'dilation' is not an option of conv"),
    (lambda d: d["layers"].insert(0, {"type": "resize", "scale": 1.5}), r"\('resize'\): 'scale' is 1.5; it must be at least 0.25"),
    (lambda d: d["layers"][1].update(gate="soft"), "'gate' is 'soft'"),
    (lambda d: d["layers"][1].update(patch=2), "patch 2 is smaller than stride 4"),
    (lambda d: d["layers"][2].pop("channels"), r"layers\[2\] \('b1'\): 'channels' is missing"),
    (lambda d: d["layers"][2].update(channels=0), "'channels' is 0; it must be 1 to 4096"),
    (lambda d: d["layers"][3].update(anchors=[]), "at least one anchor"),
    (lambda d: d["layers"][3]["anchors"][0].update(width=-1), r"anchors\[0\]: width and height must be positive"),
    (lambda d: d["layers"][4].update(name="b1"), "the name 'b1' is used 2 times"),
    (lambda d: d["input"].update(fit="crop"), "'fit' is 'crop'; it must be one of letterbox, stretch"),
    (lambda d: d["input"].update(fit="stretch"), "letterboxed pictures only"),
    (lambda d: d["input"].update(width=1), "nothing is left of the picture"),
    (lambda d: d.update(layers=d["layers"][:3]), "at least one head"),
])
def test_errors_name_what_is_wrong(tiny, change, message):
    document = copy.deepcopy(tiny)
    change(document)
    with pytest.raises(archs.ArchError, match=message):
        archs.parse(document)


def test_files_that_are_not_there_or_not_json(tmp_path):
    with pytest.raises(archs.ArchError, match="nowhere.json: No such file"):
        archs.load(tmp_path / "nowhere.json")
    (tmp_path / "half.json").write_text('{"format": ')
    with pytest.raises(archs.ArchError, match="half.json: not JSON"):
        archs.load(tmp_path / "half.json")
