"""How kernels are compiled, and where what was compiled is kept.

A kernel is a function on arrays that numba turns into machine code. Kernels live in folders named `kernel`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba
import platformdirs
from llvmlite import binding

Function = TypeVar("Function", bound=Callable[..., object])


def sources(package: Path) -> str:
    """Hash the kernels' sources: numba does not see that a function called from another file was edited."""
    digest = hashlib.sha256()
    for file in sorted(package.glob("*/kernel/*.py")):
        digest.update(f"{file.relative_to(package)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


# LLVM unrolls short loops before it looks for vector instructions, and then finds none where arrays might overlap.
binding.set_option("embedsmith", "-unroll-full-max-count=16")

if "NUMBA_CACHE_DIR" not in os.environ:
    folder = platformdirs.user_cache_path("embedsmith") / "kernels"
    numba.config.CACHE_DIR = str(folder / sources(Path(__file__).parent))  # type: ignore[attr-defined]


def compiled(function: Function) -> Function:
    """Compile `function` at its first call, kept on disk for the next process.

    It runs without the interpreter's lock. Sums may be reordered once, at compilation, so that they use vector
    instructions: the same machine code, and so the same bits, at every call. NaN is not to be relied on.
    """
    return cast(Function, numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=True)(function))
