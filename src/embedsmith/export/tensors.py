"""A safetensors file written a block at a time; the library itself takes whole arrays.

The file: 8 bytes little-endian length, a JSON header of that length, then the data.
https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DTYPES = {"float32": "F32", "float16": "F16", "int8": "I8"}
ALIGNMENT = 8
"""Bytes that the data begins at a multiple of."""


@dataclass(frozen=True)
class Tensor:
    """An array that comes in blocks of rows."""

    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    blocks: Iterable[np.ndarray]


def write(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write `tensors`, those of the widest type first, as the library does, so that each lies aligned."""
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    header, end = {}, 0
    for name, tensor in ordered:
        begin, end = end, end + math.prod(tensor.shape) * tensor.dtype.itemsize
        header[name] = {"dtype": DTYPES[tensor.dtype.name], "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, tensor in ordered:
            for block in tensor.blocks:
                file.write(np.ascontiguousarray(block, dtype=tensor.dtype.newbyteorder("<")).tobytes())
