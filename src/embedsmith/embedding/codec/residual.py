"""Rows as sums of a few."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np

from embedsmith.embedding.codec import scales as factor
from embedsmith.embedding.codec.codec import Ids, Rows, blocks, chosen
from embedsmith.embedding.codec.half import single
from embedsmith.embedding.codec.packing import unpack, width
from embedsmith.embedding.codec.pq import ROWS, SIZES
from embedsmith.embedding.codec.tables import look_up_packed
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
        return single(np.asarray(self.codebooks))

    @cached_property
    def _mean(self) -> Rows:
        return single(np.asarray(self.mean))

    @cached_property
    def _factors(self) -> Rows:
        return factor.table(self.span)

    def rows(self, ids: Ids) -> Rows:
        codes = unpack(chosen(self.codes, ids), self.stages, self.bits)
        rows: Rows = np.empty((len(codes), self.shape[1]), dtype=np.float32)
        rows[:] = self._mean
        if len(codes) < self.stages:
            rows += self._codebooks[np.arange(self.stages), codes].sum(axis=1)
        else:
            for block in blocks(len(codes), ROWS):
                sums = rows[block]
                for codebook, column in zip(self._codebooks, codes[block].T, strict=True):
                    sums += codebook.take(column, axis=0)
        rows *= self._factors.take(chosen(self.scales, ids))[:, None]
        return rows

    def products(self, query: Rows) -> Rows:
        values = look_up_packed(self._codebooks @ query, self.codes, self.bits)
        values += self._mean @ query
        values *= self._factors.take(np.asarray(self.scales))
        return values
