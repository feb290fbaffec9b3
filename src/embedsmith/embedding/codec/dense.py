"""Rows as they are."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from embedsmith.embedding.codec.codec import Ids, Rows, blocks, chosen
from embedsmith.embedding.codec.half import single
from embedsmith.embedding.errors import FormatError


class Dense:
    """A plain matrix, float32 or float16."""

    name: ClassVar[str] = "dense"

    def __init__(self, matrix: np.ndarray) -> None:
        if matrix.ndim != 2 or matrix.dtype not in (np.float32, np.float16):
            raise FormatError(f"dense: needs a float32 or float16 matrix, got {matrix.dtype} {matrix.shape}")
        self.matrix = matrix.view()
        self.matrix.flags.writeable = False  # runs of rows are handed out as they lie here

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {"matrix": self.matrix}

    @property
    def shape(self) -> tuple[int, int]:
        return self.matrix.shape[0], self.matrix.shape[1]

    def rows(self, ids: Ids) -> Rows:
        rows = chosen(self.matrix, ids)
        return single(rows) if rows.dtype == np.float16 else rows

    def products(self, query: Rows) -> Rows:
        matrix = np.asarray(self.matrix)
        values = np.empty(len(matrix), dtype=np.float32)
        if matrix.dtype == np.float32:
            return np.matmul(matrix, query, out=values)
        for block in blocks(len(values)):
            values[block] = single(matrix[block]) @ query
        return values
