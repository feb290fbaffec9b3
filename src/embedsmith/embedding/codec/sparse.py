"""Rows that are mostly zero: the values that are not, and their columns."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from embedsmith.embedding.codec.codec import Ids, Rows, blocks, chosen
from embedsmith.embedding.codec.half import single
from embedsmith.embedding.codec.number import as_array, as_number
from embedsmith.embedding.errors import FormatError

COLUMN_TYPES = (np.uint8, np.uint16)
BOUND_TYPES = (np.uint16, np.uint32, np.uint64)
WIDEST = 1 << 16
"""Columns that a column number can name."""


class Sparse:
    """Compressed sparse rows: the entries of row i are those from bounds[i] to bounds[i + 1].

    Parameters
    ----------
    values
        (entries,) float16.
    columns
        Of each entry, (entries,) uint8 or uint16.
    bounds
        (V + 1,) uint16, uint32 or uint64, ascending from 0 to the number of entries.
    dimension
        Columns, one int64; at most 65,536.
    """

    name: ClassVar[str] = "sparse"

    def __init__(self, values: np.ndarray, columns: np.ndarray, bounds: np.ndarray, dimension: np.ndarray) -> None:
        width = as_number(dimension, "sparse: dimension")
        if width > WIDEST:
            raise FormatError(f"sparse: {width} dimensions are more than {WIDEST}")
        if values.ndim != 1 or values.dtype != np.float16:
            raise FormatError(f"sparse: needs float16 values, got {values.dtype} {values.shape}")
        if columns.shape != values.shape or columns.dtype not in COLUMN_TYPES:
            raise FormatError(f"sparse: needs one uint8 or uint16 column a value, got {columns.dtype} {columns.shape}")
        if bounds.ndim != 1 or not len(bounds) or bounds.dtype not in BOUND_TYPES:
            raise FormatError(f"sparse: needs unsigned bounds of the rows, got {bounds.dtype} {bounds.shape}")
        if bounds[0] != 0 or bounds[-1] != len(values) or np.any(bounds[1:] < bounds[:-1]):
            raise FormatError(f"sparse: the bounds of the rows are not ascending from 0 to {len(values)}")
        self.values = values
        self.columns = columns
        self.bounds = bounds
        self.dimension = width

    @classmethod
    def pack(cls, values: np.ndarray, kept: np.ndarray) -> Self:
        """Return the codec of the `values` (V, dimension) float16 that are `kept` (V, dimension).

        Columns and bounds are of the smallest types that hold them.
        """
        bounds = np.concatenate([[0], np.cumsum(kept.sum(axis=1, dtype=np.int64))])
        columns = np.nonzero(kept)[1].astype(_smallest(kept.shape[1] - 1, COLUMN_TYPES))
        return cls(values[kept], columns, bounds.astype(_smallest(bounds[-1], BOUND_TYPES)), as_array(kept.shape[1]))

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "values": self.values,
            "columns": self.columns,
            "bounds": self.bounds,
            "dimension": as_array(self.dimension),
        }

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.bounds) - 1, self.dimension

    def rows(self, ids: Ids) -> Rows:
        starts = chosen(self.bounds[:-1], ids).astype(np.int64)
        lengths = chosen(self.bounds[1:], ids).astype(np.int64) - starts
        rows = np.zeros((len(starts), self.dimension), dtype=np.float32)
        for block in blocks(len(starts)):
            firsts, held = starts[block], lengths[block]
            before = np.cumsum(held) - held  # entries of the rows that come before in the block
            places = np.repeat(np.arange(len(held)), held)
            entries = np.arange(len(places)) + np.repeat(firsts - before, held)
            rows[block][places, chosen(self.columns, entries)] = single(chosen(self.values, entries))
        return rows

    def products(self, query: Rows) -> Rows:
        values = np.zeros(self.shape[0], dtype=np.float32)
        for block in blocks(len(values)):
            bounds = self.bounds[block.start : block.stop + 1].astype(np.int64)
            entries = slice(bounds[0], bounds[-1])
            added = single(chosen(self.values, entries)) * query.take(chosen(self.columns, entries))
            filled = np.flatnonzero(bounds[1:] > bounds[:-1])  # reduceat has no sum of nothing
            if len(filled):
                values[block][filled] = np.add.reduceat(added, bounds[filled] - bounds[0])
        return values


def _smallest(largest: int, types: tuple[type[np.unsignedinteger], ...]) -> type[np.unsignedinteger]:
    """Return the first of `types` that holds `largest`."""
    return next(kind for kind in types if largest <= np.iinfo(kind).max)
