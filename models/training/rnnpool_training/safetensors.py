"""The safetensors file format: 8 bytes of header length, a JSON header, the tensors' bytes (little-endian)."""

import json
import os
import struct
from pathlib import Path

import numpy as np

_KINDS = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8"), "I32": np.dtype("<i4"), "I64": np.dtype("<i8"), "I8": np.dtype("i1"),
          "U8": np.dtype("u1"), "I16": np.dtype("<i2")}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_LARGEST_HEADER = 100_000_000


class SafetensorsError(ValueError):
    """The file is not a safetensors file; the message says why."""


def save(path, tensors: dict, metadata: dict | None = None) -> None:
    """Writes name -> array; the file appears whole or not at all."""
    header, offset, parts = {}, 0, []
    if metadata:
        header["__metadata__"] = {str(k): str(v) for k, v in metadata.items()}
    for name, array in tensors.items():
        array = np.asarray(array, order="C")
        kind = array.dtype.newbyteorder("<") if array.dtype.itemsize > 1 else array.dtype
        if kind not in _NAMES:
            raise SafetensorsError(f"{name}: {array.dtype} is not written")
        data = array.astype(kind, copy=False).tobytes()
        header[name] = {"dtype": _NAMES[kind], "shape": list(array.shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    path = Path(path)
    scratch = path.with_name(path.name + ".tmp")
    scratch.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))
    os.replace(scratch, path)


def load(path) -> dict:
    data = Path(path).read_bytes()
    if len(data) < 8:
        raise SafetensorsError(f"{path}: {len(data)} bytes, too short for a header")
    (length,) = struct.unpack_from("<Q", data)
    if length > min(_LARGEST_HEADER, len(data) - 8):
        raise SafetensorsError(f"{path}: the header claims {length} bytes, the file has {len(data)}")
    try:
        header = json.loads(data[8 : 8 + length])
        entries = {k: (v["dtype"], v["shape"], *v["data_offsets"]) for k, v in header.items() if k != "__metadata__"}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SafetensorsError(f"{path}: the header is not valid ({error})") from None
    body, result = memoryview(data)[8 + length :], {}
    for name, (kind, shape, start, end) in entries.items():
        if kind not in _KINDS:
            raise SafetensorsError(f"{path}: tensor '{name}' has the unknown type {kind}")
        if not 0 <= start <= end <= len(body) or end - start != _KINDS[kind].itemsize * int(np.prod(shape, dtype=np.int64)):
            raise SafetensorsError(f"{path}: tensor '{name}' of shape {shape} does not fit bytes {start} to {end}")
        result[name] = np.frombuffer(body[start:end], _KINDS[kind]).reshape(shape).copy()
    return result
