"""C code compiled for this machine on first use, called through ctypes; and the C library's settings for memory."""

import ctypes
import hashlib
import os
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

CACHE = Path(os.environ.get("RNNPOOL_CACHE", Path(__file__).resolve().parents[1] / ".cache"))
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp", "-fPIC", "-Wno-psabi")


def _compiler_identity() -> bytes:
    version = subprocess.run(["gcc", "-march=native", "-Q", "--help=target"], capture_output=True, check=True)
    return version.stdout


@lru_cache(maxsize=None)
def library(source: str, *options: str) -> ctypes.CDLL | None:
    """The C file of this name, next to this one, compiled with these options; None where there is no gcc (PyTorch's operators are used
    then)."""
    try:
        identity = _compiler_identity()
    except (OSError, subprocess.CalledProcessError):
        return None
    path = Path(__file__).with_name(source)
    key = hashlib.sha256(path.read_bytes() + repr(FLAGS + options).encode() + identity).hexdigest()[:16]
    target = CACHE / f"{path.stem}-{key}.so"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            parts, scratch = Path(folder) / "part.o", Path(folder) / "whole.so"
            subprocess.run(["gcc", *FLAGS, *options, "-c", str(path), "-o", parts], check=True)
            # Linked without -ffast-math, which would set flush-to-zero for the whole process.
            subprocess.run(["gcc", "-shared", "-fopenmp", parts, "-o", scratch, "-lm"], check=True)
            os.replace(scratch, target)
    return ctypes.CDLL(str(target))


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)


def keep_freed_memory() -> None:
    """Makes glibc keep freed memory. Every step frees and allocates the same maps of some megabytes; when the kernel maps them
    each time, their first touch takes up to a third of the training."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library
        return
    mallopt(_MMAP_THRESHOLD, 2**30)
    mallopt(_TRIM_THRESHOLD, 2**31 - 1)
