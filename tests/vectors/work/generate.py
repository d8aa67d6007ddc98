"""Writes work.txt: the work of packages, read by the C and the C# tests. An implementation of its own, from docs/model-format.md.

    python3 generate.py > work.txt
"""
import glob
import os
import struct

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
CONV, POINTWISE, DEPTHWISE, RNNPOOL, HEAD, AVGPOOL, DENSE = range(1, 8)
PER_OUTPUT = 8


def up(value, multiple):
    return -(-value // multiple) * multiple


def step(size):
    return size * (size + 4) + 24


def layer_work(record):
    op, _, stride, patch, wi, hi, ci, wo, ho, co = struct.unpack_from("<4B6H", record, 24)
    h1, h2 = struct.unpack_from("<2H", record, 48)
    if op == RNNPOOL:
        pw, ph = (patch, patch) if patch else (wi, hi)
        inputs = up(wi, 4) * hi * h1 * (up(ci, 2) + PER_OUTPUT)
        first = (wo * hi * pw + wi * ho * ph) * step(h1)
        between = (wo * hi + wi * ho) * h2 * (h1 + 4)
        return inputs + first + between + 2 * wo * ho * (pw + ph) * step(h2)
    if op == AVGPOOL:
        return up(wi, 4) * hi * up(co, 2)
    if op == DEPTHWISE:
        return up(wo, 4) * ho * up(co, 2) * (10 + PER_OUTPUT)
    elements = 3 * up(3 * ci, 4) if op in (CONV, HEAD) else up(ci, 4)
    return up(wo, 4) * ho * up(co, 2) * (elements + PER_OUTPUT)


def package_work(package):
    layers = struct.unpack_from("<H", package, 86)[0]
    return min(sum(layer_work(package[at:at + 128]) for at in range(128, 128 + 128 * layers, 128)), 2**32 - 1)


print("# Work of packages; written by generate.py, see docs/model-format.md.")
for pattern in ("models/*/model.rnnp", "tests/vectors/packages/*.rnnp", "tests/vectors/random/*.rnnp"):
    for path in sorted(glob.glob(os.path.join(ROOT, pattern))):
        with open(path, "rb") as stream:
            print(os.path.relpath(path, ROOT), package_work(stream.read()))
