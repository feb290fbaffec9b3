"""Memory-mapped tensors of a safetensors file.

The safetensors library reads slices, not chosen rows; a memory map reads just the rows that are asked for.
The file: 8 bytes little-endian length, a JSON header of that length, then the data.
https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import errno
import json
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import save_file

from embedsmith.embedding.errors import FormatError

DTYPES = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "I8": np.int8,
    "U8": np.uint8,
    "U16": np.uint16,
    "U32": np.uint32,
    "U64": np.uint64,
    "I32": np.int32,
    "I64": np.int64,
}
HEADER_LIMIT = 1 << 20
"""Bytes; a header here names a handful of tensors, so that a larger one is damage or malice."""


def write(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Write `tensors` without metadata, whose order of keys would differ between runs."""
    path.touch()
    mode = path.stat().st_mode  # as the user's umask has it; the library lets nobody else read
    try:
        save_file({name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)}, path)
    except SafetensorError as error:
        if f"os error {errno.ENOSPC}" in str(error):  # the library's own error hides which it was
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from None
        raise
    path.chmod(mode)


def open_mapped(path: Path) -> dict[str, np.ndarray]:
    """Map every tensor of `path`, read-only, reading none of its data.

    Raises
    ------
    FormatError
        If the header is not one of safetensors, or names bytes that the file does not have.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        prefix = file.read(8)
        length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else size
        if length > min(size - 8, HEADER_LIMIT):
            raise FormatError(f"{path}: truncated or not a safetensors file; restore it from where it came")
        try:
            header = json.loads(file.read(length))
            entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
            return {name: _map(path, 8 + length, size, entry) for name, entry in entries.items()}
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise FormatError(f"{path}: bad safetensors header ({error}); restore the file") from None


def _map(path: Path, start: int, size: int, entry: dict[str, Any]) -> np.ndarray:
    dtype = np.dtype(DTYPES[entry["dtype"]])
    shape = tuple(int(n) for n in entry["shape"])
    begin, end = (int(n) for n in entry["data_offsets"])
    count = 1
    for n in shape:  # Python's integers: numpy's would wrap around on an absurd shape
        if n < 0:
            raise ValueError(f"negative shape {shape}")
        count *= n
    if not 0 <= begin <= end <= size - start or end - begin != count * dtype.itemsize:
        raise ValueError(f"shape {shape} does not fit the file")
    if count == 0:
        return np.zeros(shape, dtype)
    return np.memmap(path, dtype, "r", start + begin, shape)
