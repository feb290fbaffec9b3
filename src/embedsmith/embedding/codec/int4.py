"""Rows of half bytes, with a scale for each group of columns."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from embedsmith.embedding.codec.codec import Ids, Rows, blocks, chosen
from embedsmith.embedding.codec.half import single
from embedsmith.embedding.codec.number import as_array, as_number
from embedsmith.embedding.errors import FormatError

ZERO = 8
"""What is added to a code, so that the half byte that stores it has no sign."""


class Int4:
    """Two codes a byte and one float16 scale a group of columns: row = codes * the scale of their group.

    Parameters
    ----------
    codes
        (V, half of dimension, rounded up) uint8: column 2i is the lower half of byte i, column 2i + 1 the upper one,
        each as code + 8. The upper half of the last byte means nothing where the dimension is odd.
    scales
        (V, groups) float16.
    dimension
        Columns, one int64.
    group
        Columns that share a scale, one int64; the last group has what is left.
    """

    name: ClassVar[str] = "int4"

    def __init__(self, codes: np.ndarray, scales: np.ndarray, dimension: np.ndarray, group: np.ndarray) -> None:
        columns, width = as_number(dimension, "int4: dimension"), as_number(group, "int4: group")
        if codes.ndim != 2 or codes.dtype != np.uint8 or codes.shape[1] != -(-columns // 2):
            raise FormatError(f"int4: needs uint8 codes of {columns} dimensions, got {codes.dtype} {codes.shape}")
        if scales.dtype != np.float16 or scales.shape != (codes.shape[0], -(-columns // width)):
            raise FormatError(
                f"int4: needs one float16 scale for every {width} of {columns} columns, got {scales.dtype}"
                f" {scales.shape}"
            )
        self.codes = codes
        self.scales = scales
        self.dimension = columns
        self.group = width

    @classmethod
    def pack(cls, codes: np.ndarray, scales: np.ndarray, group: int) -> Self:
        """Return the codec of `codes` (V, dimension), whole numbers from -8 to 7, and of `scales` (V, groups)."""
        halves = (codes + ZERO).astype(np.uint8)
        even, odd = halves[:, ::2], halves[:, 1::2]
        packed = even.copy()
        packed[:, : odd.shape[1]] |= odd << 4
        return cls(packed, scales, as_array(codes.shape[1]), as_array(group))

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "codes": self.codes,
            "scales": self.scales,
            "dimension": as_array(self.dimension),
            "group": as_array(self.group),
        }

    @property
    def shape(self) -> tuple[int, int]:
        return self.codes.shape[0], self.dimension

    def rows(self, ids: Ids) -> Rows:
        packed = chosen(self.codes, ids)
        halves = np.empty((*packed.shape, 2), dtype=np.float32)
        halves[..., 0] = packed & 15
        halves[..., 1] = packed >> 4
        halves -= ZERO
        rows: Rows = halves.reshape(len(packed), 2 * packed.shape[1])[:, : self.dimension]
        scales = single(chosen(self.scales, ids))
        rows *= scales if scales.shape[1] == 1 else np.repeat(scales, self.group, axis=1)[:, : self.dimension]
        return rows

    def products(self, query: Rows) -> Rows:
        codes, scales = np.asarray(self.codes), np.asarray(self.scales)
        columns = np.arange(self.dimension)
        of_groups = np.zeros((2 * codes.shape[1], scales.shape[1]), dtype=np.float32)  # a column for each scale
        of_groups[columns, columns // self.group] = query
        even, odd = of_groups[::2].copy(), of_groups[1::2].copy()
        values = np.empty(len(codes), dtype=np.float32)
        for block in blocks(len(values)):
            packed = codes[block]
            sums = _signed(packed & 15) @ even
            sums += _signed(packed >> 4) @ odd
            sums *= single(scales[block])
            values[block] = sums.sum(axis=1)
        return values


def _signed(halves: np.ndarray) -> Rows:
    return (halves.view(np.int8) - np.int8(ZERO)).astype(np.float32)
