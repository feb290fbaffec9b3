"""Rows that several words share."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from embedsmith.embedding.codec.codec import INNER, NESTED, Codec, Ids, Rows, products
from embedsmith.embedding.errors import FormatError

NUMBER_TYPES = (np.uint16, np.uint32)


class Shared:
    """A number for each row, and a codec of fewer rows: row i is the one with number i of the codec that is held.

    Parameters
    ----------
    inner
        The rows that are stored, in any way.
    numbers
        (V,) uint16 or uint32, each below the number of rows of `inner`.
    """

    kind: ClassVar[str] = "shared"

    def __init__(self, inner: Codec, numbers: np.ndarray) -> None:
        if numbers.ndim != 1 or numbers.dtype not in NUMBER_TYPES:
            raise FormatError(f"shared: needs one uint16 or uint32 number a row, got {numbers.dtype} {numbers.shape}")
        if len(numbers) and int(numbers.max()) >= inner.shape[0]:
            raise FormatError(f"shared: number {numbers.max()} is beyond the {inner.shape[0]} rows that are stored")
        self.inner = inner
        self.numbers = numbers

    @property
    def name(self) -> str:
        return f"{self.kind}{NESTED}{self.inner.name}"

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {INNER + name: array for name, array in self.inner.arrays.items()} | {"numbers": self.numbers}

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.numbers), self.inner.shape[1]

    def rows(self, ids: Ids) -> Rows:
        return self.inner.rows(self.numbers[ids].astype(np.int64))

    def products(self, query: Rows) -> Rows:
        return products(self.inner, query).take(np.asarray(self.numbers))
