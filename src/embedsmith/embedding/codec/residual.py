"""Rows as sums of a few."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np

from embedsmith.embedding.codec import scales as factor
from embedsmith.embedding.codec.codec import Ids, Rows
from embedsmith.embedding.codec.packing import unpack, width
from embedsmith.embedding.codec.pq import SIZES
from embedsmith.embedding.errors import FormatError


class Residual:
    """Residual quantisation: a row is a mean and one row of each codebook, added, times a factor.

    Parameters
    ----------
    codes
        Numbers of the rows, one a codebook, packed; (V, bytes) uint8.
    codebooks
        (stages, 2^bits, dimension) float16.
    mean
        (dimension,) float16.
    scales, span
        A factor for each row, in one byte.
    """

    name: ClassVar[str] = "residual"

    def __init__(
        self, codes: np.ndarray, codebooks: np.ndarray, mean: np.ndarray, scales: np.ndarray, span: np.ndarray
    ) -> None:
        if codebooks.ndim != 3 or codebooks.dtype != np.float16 or codebooks.shape[1] not in SIZES:
            raise FormatError(
                f"residual: needs float16 codebooks of 2 to 256 rows, a power of 2, got {codebooks.dtype}"
                f" {codebooks.shape}"
            )
        self.stages, self.bits = codebooks.shape[0], codebooks.shape[1].bit_length() - 1
        if mean.dtype != np.float16 or mean.shape != (codebooks.shape[2],):
            raise FormatError(f"residual: needs a float16 mean of a row, got {mean.dtype} {mean.shape}")
        if codes.ndim != 2 or codes.dtype != np.uint8 or codes.shape[1] != width(self.stages, self.bits):
            raise FormatError(
                f"residual: {self.stages} codebooks of {self.bits} bits need {width(self.stages, self.bits)} bytes of"
                f" codes a row, got {codes.dtype} {codes.shape}"
            )
        factor.check("residual", scales, span, len(codes))
        self.codes, self.codebooks, self.mean, self.scales, self.span = codes, codebooks, mean, scales, span

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "codes": self.codes,
            "codebooks": self.codebooks,
            "mean": self.mean,
            "scales": self.scales,
            "span": self.span,
        }

    @property
    def shape(self) -> tuple[int, int]:
        return self.codes.shape[0], self.codebooks.shape[2]

    @cached_property
    def _codebooks(self) -> Rows:
        return self.codebooks.astype(np.float32)

    def rows(self, ids: Ids) -> Rows:
        codes = unpack(self.codes[ids], self.stages, self.bits)
        rows: Rows = np.tile(self.mean.astype(np.float32), (len(codes), 1))
        for stage, codebook in enumerate(self._codebooks):
            rows += codebook[codes[:, stage]]
        rows *= factor.factors(self.scales[ids], self.span)[:, None]
        return rows
