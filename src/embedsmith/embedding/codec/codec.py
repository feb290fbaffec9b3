"""The contract of stored rows.

A codec may hold another, which stores what it decodes from: as `inner`, a parameter of it. Its name is then
`OUTER:INNER`, and the arrays of the inner one are stored with `inner.` before their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64] | slice
"""Rows by number, or a run of them, which needs no copy where it is stored as it is decoded."""
Rows = npt.NDArray[np.float32]
NESTED = ":"
"""Between the name of a codec and that of the one that it holds."""
INNER = "inner."
"""Before the names of the arrays of the codec that is held."""
BLOCK = 2048
"""Rows that `products` works on at a time: what is decoded of them stays in the processor's cache."""


class Codec(Protocol):
    """Stored rows: named arrays, and the way back to float32."""

    @property
    def name(self) -> str:
        """What it is called in the description of an artifact."""
        ...

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What is stored, by name."""
        ...

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, and the dimension of a decoded row."""
        ...

    def rows(self, ids: Ids) -> Rows:
        """Decode n rows: (n, dimension)."""
        ...


@runtime_checkable
class Multiplying(Protocol):
    """What a codec has too that can multiply its rows without decoding them."""

    def products(self, query: Rows) -> Rows:
        """Return the inner product of each row with `query` (dimension,): (V,), but for rounding."""
        ...


def chosen(array: np.ndarray, ids: Ids) -> np.ndarray:
    """Return the rows `ids` of a stored array, as a plain one: each step on a memory map costs microseconds more."""
    plain = np.asarray(array)
    return plain[ids] if isinstance(ids, slice) else plain.take(ids, axis=0)


def blocks(count: int, size: int = BLOCK) -> Iterator[slice]:
    """Cut `count` rows into runs of at most `size`."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def products(codec: Codec, query: Rows) -> Rows:
    """Return the inner product of each row of `codec` with `query` (dimension,): (V,).

    By the codec's own way if it has one; else rows are decoded, a block at a time.
    """
    if isinstance(codec, Multiplying):
        return codec.products(query)
    values = np.empty(codec.shape[0], dtype=np.float32)
    for block in blocks(len(values)):
        values[block] = codec.rows(block) @ query
    return values
