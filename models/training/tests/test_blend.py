"""Weights between two checkpoints."""

import pytest
import torch

from rnnpool_training import blend


def test_weights_lie_between_and_counts_are_kept(tmp_path):
    states = [{"average": {"w": torch.tensor([0.0, 2.0]) + 4 * i, "n": torch.tensor(7 + i)}, "step": i, "history": [i]} for i in range(2)]
    for i, state in enumerate(states):
        torch.save(state, tmp_path / f"{i}.pt")
    blend.main([str(tmp_path / "0.pt"), str(tmp_path / "1.pt"), "--share", "0.25", "--out", str(tmp_path / "out.pt")])
    out = torch.load(tmp_path / "out.pt")
    assert out["average"]["w"].tolist() == [1.0, 3.0] and int(out["average"]["n"]) == 8 and out["step"] == 1 and out["history"] == [1]
    with pytest.raises(ValueError, match="different nets"):
        blend.blend({"w": torch.zeros(2)}, {"w": torch.zeros(3)}, 0.5)
