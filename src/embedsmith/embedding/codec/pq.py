"""Rows of sub-vectors, each one of a few."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import ClassVar

import numpy as np

from embedsmith.embedding.codec import scales as factor
from embedsmith.embedding.codec.codec import Ids, Rows
from embedsmith.embedding.codec.packing import unpack, width
from embedsmith.embedding.errors import FormatError

SIZES = [2**bits for bits in range(1, 9)]
"""Centroids that a codebook may have."""


class PQ:
    """Product quantisation: a row is cut into parts, and each part is one of the centroids that it may be.

    Parameters
    ----------
    codes
        Numbers of centroids, one a part, packed; (V, bytes) uint8.
    codebook
        Centroids, (2^bits, dimension) float16: the columns of a part are its own.
    cuts
        The column at which each part begins, and the dimension; ascending int32.
    scales, span
        A factor for each row, in one byte.
    """

    name: ClassVar[str] = "pq"

    def __init__(
        self, codes: np.ndarray, codebook: np.ndarray, cuts: np.ndarray, scales: np.ndarray, span: np.ndarray
    ) -> None:
        if codebook.ndim != 2 or codebook.dtype != np.float16 or len(codebook) not in SIZES:
            raise FormatError(
                f"pq: needs a float16 codebook of 2 to 256 rows, a power of 2, got {codebook.dtype} {codebook.shape}"
            )
        if cuts.ndim != 1 or cuts.dtype != np.int32 or len(cuts) < 2:
            raise FormatError(f"pq: needs the int32 cuts of at least one part, got {cuts.dtype} {cuts.shape}")
        if cuts[0] != 0 or cuts[-1] != codebook.shape[1] or not np.all(cuts[:-1] < cuts[1:]):
            raise FormatError(f"pq: cuts are not ascending from 0 to {codebook.shape[1]}")
        self.parts, self.bits = len(cuts) - 1, len(codebook).bit_length() - 1
        if codes.ndim != 2 or codes.dtype != np.uint8 or codes.shape[1] != width(self.parts, self.bits):
            raise FormatError(
                f"pq: {self.parts} parts of {self.bits} bits need {width(self.parts, self.bits)} bytes of codes a row,"
                f" got {codes.dtype} {codes.shape}"
            )
        factor.check("pq", scales, span, len(codes))
        self.codes, self.codebook, self.cuts, self.scales, self.span = codes, codebook, cuts, scales, span

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "codes": self.codes,
            "codebook": self.codebook,
            "cuts": self.cuts,
            "scales": self.scales,
            "span": self.span,
        }

    @property
    def shape(self) -> tuple[int, int]:
        return self.codes.shape[0], self.codebook.shape[1]

    @cached_property
    def _codebook(self) -> Rows:
        return self.codebook.astype(np.float32)

    def rows(self, ids: Ids) -> Rows:
        codes = unpack(self.codes[ids], self.parts, self.bits)
        rows = np.empty((len(codes), self.shape[1]), dtype=np.float32)
        for part, (begin, end) in enumerate(pairwise(self.cuts.tolist())):
            rows[:, begin:end] = self._codebook[:, begin:end][codes[:, part]]
        rows *= factor.factors(self.scales[ids], self.span)[:, None]
        return rows
