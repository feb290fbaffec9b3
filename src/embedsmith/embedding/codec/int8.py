"""Rows of bytes, each with a scale."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from embedsmith.embedding.codec.codec import Ids, Rows, blocks, chosen
from embedsmith.embedding.errors import FormatError


class Int8:
    """One signed byte a value and one float32 scale a row: row = codes * scale."""

    name: ClassVar[str] = "int8"

    def __init__(self, codes: np.ndarray, scales: np.ndarray) -> None:
        if codes.ndim != 2 or codes.dtype != np.int8:
            raise FormatError(f"int8: needs a matrix of int8 codes, got {codes.dtype} {codes.shape}")
        if scales.shape != (codes.shape[0],) or scales.dtype != np.float32:
            raise FormatError(f"int8: needs one float32 scale a row, got {scales.dtype} {scales.shape}")
        self.codes = codes
        self.scales = scales

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {"codes": self.codes, "scales": self.scales}

    @property
    def shape(self) -> tuple[int, int]:
        return self.codes.shape[0], self.codes.shape[1]

    def rows(self, ids: Ids) -> Rows:
        rows: Rows = chosen(self.codes, ids).astype(np.float32)  # numpy's product of two types is several times slower
        rows *= chosen(self.scales, ids)[:, None]
        return rows

    def products(self, query: Rows) -> Rows:
        codes = np.asarray(self.codes)
        values = np.empty(len(codes), dtype=np.float32)
        for block in blocks(len(values)):
            values[block] = codes[block].astype(np.float32) @ query
        values *= np.asarray(self.scales)
        return values
