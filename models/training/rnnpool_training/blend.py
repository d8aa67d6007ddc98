"""Averaged weights between those of two checkpoints of the same net (Wortsman et al., "Robust fine-tuning", CVPR 2022):
python3 -m rnnpool_training.blend checkpoints/face-qvga.pt runs/face-qvga/best.pt --share 0.7 --out runs/face-qvga/blend.pt

Weights fine-tuned on more kinds of pictures keep more of what they could do before when they go only part of the way.
"""

import argparse
import sys

import torch


def blend(first: dict, second: dict, share: float) -> dict:
    """Weights and batch norm statistics, `share` of the way from the first to the second; either may be rounded to 16 bits."""
    if {k: v.shape for k, v in first.items()} != {k: v.shape for k, v in second.items()}:
        raise ValueError("the checkpoints belong to different nets")
    return {k: torch.lerp(first[k].float(), v.float(), share) if v.is_floating_point() else v for k, v in second.items()}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rnnpool_training.blend", description="Averaged weights between those of two checkpoints.")
    parser.add_argument("first")
    parser.add_argument("second", help="its step and history are kept")
    parser.add_argument("--share", type=float, required=True, help="how far to go from the first to the second")
    parser.add_argument("--out", required=True, help="checkpoint to write")
    options = parser.parse_args(arguments)
    try:
        first, second = (torch.load(path, map_location="cpu") for path in (options.first, options.second))
        average = blend(first["average"], second["average"], options.share)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"blend: {error}")
    torch.save({"average": average, "step": second["step"], "history": second["history"]}, options.out)


if __name__ == "__main__":
    main()
