"""Rows as coefficients of a basis, the coefficients stored by any other codec."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from embedsmith.embedding.codec.codec import INNER, NESTED, Codec, Ids, Rows, products
from embedsmith.embedding.errors import FormatError


class LowRank:
    """A product of two matrices: row = coefficients @ basis.

    Parameters
    ----------
    inner
        The coefficients, (V, rank) when decoded.
    basis
        (rank, dimension) float32.
    """

    kind: ClassVar[str] = "low_rank"

    def __init__(self, inner: Codec, basis: np.ndarray) -> None:
        if isinstance(inner, LowRank | np.ndarray):  # an array: a file may name one so
            raise FormatError("low_rank: needs coefficients of another codec")
        if basis.ndim != 2 or basis.dtype != np.float32:
            raise FormatError(f"low_rank: needs a float32 basis, got {basis.dtype} {basis.shape}")
        if basis.shape[0] != inner.shape[1]:
            raise FormatError(f"low_rank: a basis of {basis.shape[0]} rows for {inner.shape[1]} coefficients")
        self.inner = inner
        self.basis = basis

    @property
    def name(self) -> str:
        return f"{self.kind}{NESTED}{self.inner.name}"

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {INNER + name: array for name, array in self.inner.arrays.items()} | {"basis": self.basis}

    @property
    def shape(self) -> tuple[int, int]:
        return self.inner.shape[0], self.basis.shape[1]

    def rows(self, ids: Ids) -> Rows:
        rows: Rows = self.inner.rows(ids) @ np.asarray(self.basis)
        return rows

    def products(self, query: Rows) -> Rows:
        return products(self.inner, np.asarray(self.basis) @ query)
