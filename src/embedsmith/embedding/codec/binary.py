"""Rows of signs, each with a scale."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from embedsmith.embedding.codec.codec import Ids, Rows, chosen
from embedsmith.embedding.codec.half import single
from embedsmith.embedding.codec.number import as_array, as_number
from embedsmith.embedding.codec.tables import look_up
from embedsmith.embedding.errors import FormatError


class Binary:
    """One bit a value and one float16 scale a row: scale where the bit is 1, -scale where it is 0.

    Parameters
    ----------
    bits
        (V, an eighth of dimension, rounded up) uint8: column i is a bit of byte i / 8, the highest bit first. What
        is left of the last byte means nothing.
    scales
        (V,) float16.
    dimension
        Columns, one int64.
    """

    name: ClassVar[str] = "binary"

    def __init__(self, bits: np.ndarray, scales: np.ndarray, dimension: np.ndarray) -> None:
        columns = as_number(dimension, "binary: dimension")
        if bits.ndim != 2 or bits.dtype != np.uint8 or bits.shape[1] != -(-columns // 8):
            raise FormatError(f"binary: needs uint8 bits of {columns} dimensions, got {bits.dtype} {bits.shape}")
        if scales.dtype != np.float16 or scales.shape != (bits.shape[0],):
            raise FormatError(f"binary: needs one float16 scale a row, got {scales.dtype} {scales.shape}")
        self.bits = bits
        self.scales = scales
        self.dimension = columns

    @classmethod
    def pack(cls, positive: np.ndarray, scales: np.ndarray) -> Self:
        """Return the codec of `positive` (V, dimension), whether a value is scale or -scale, and of `scales` (V,)."""
        return cls(np.packbits(positive, axis=1), scales, as_array(positive.shape[1]))

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {"bits": self.bits, "scales": self.scales, "dimension": as_array(self.dimension)}

    @property
    def shape(self) -> tuple[int, int]:
        return self.bits.shape[0], self.dimension

    def rows(self, ids: Ids) -> Rows:
        signs: Rows = np.unpackbits(chosen(self.bits, ids), axis=1, count=self.dimension).astype(np.float32)
        signs *= 2
        signs -= 1
        signs *= single(chosen(self.scales, ids))[:, None]
        return signs

    def products(self, query: Rows) -> Rows:
        columns = np.zeros((self.bits.shape[1], 8), dtype=np.float32)
        columns.ravel()[: self.dimension] = query
        bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)  # of each byte that there may be
        values = look_up(columns @ (2 * bits.T.astype(np.float32) - 1), self.bits)
        values *= single(np.asarray(self.scales))
        return values
