"""Matrices in parts: blocks of columns, one after the other, in whole vectors of LANES, so that threads share none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.model.kernel.vector import LANES

Rows = npt.NDArray[np.float32]
"""(n, d), or in parts (P, n, W): column c is column c % W of part c // W; those from d on are zero."""


def width(dimension: int, parts: int) -> int:
    """Return W, the columns of each of `parts` parts: whole vectors of LANES values."""
    return -(-dimension // (parts * LANES)) * LANES


def aligned(*shape: int) -> Rows:
    """Return zeros of `shape`, the first where a cache line begins."""
    size = 4 * int(np.prod(shape))
    buffer = np.zeros(size + 64, np.uint8)
    offset = -buffer.ctypes.data % 64
    return buffer[offset : offset + size].view(np.float32).reshape(shape)


def uniform(rows: int, dimension: int, parts: int, generator: np.random.Generator) -> Rows:
    """Return small random rows in parts, even in [-1/2d, 1/2d): where word2vec starts."""
    matrix = aligned(parts, rows, width(dimension, parts))
    for start in range(0, rows, 8192):
        drawn = generator.random((min(8192, rows - start), dimension), dtype=np.float32)
        split((drawn - np.float32(0.5)) / np.float32(dimension), matrix[:, start : start + 8192])
    return matrix


def split(rows: Rows, into: Rows) -> None:
    """Copy `rows` (n, d) into the parts of `into` (P, n, W)."""
    columns = into.shape[2]
    for part, own in enumerate(into):
        piece = rows[:, part * columns : (part + 1) * columns]
        own[:, : piece.shape[1]] = piece


def joined(parts: Rows, dimension: int) -> Rows:
    """Return rows in parts as one matrix, (n, dimension)."""
    rows = np.empty((parts.shape[1], dimension), np.float32)
    columns = parts.shape[2]
    for part, own in enumerate(parts):
        piece = rows[:, part * columns : (part + 1) * columns]
        piece[:] = own[:, : piece.shape[1]]
    return rows
