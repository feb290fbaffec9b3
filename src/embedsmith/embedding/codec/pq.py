"""Rows of sub-vectors, each one of a few."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.codec import scales as factor
from embedsmith.embedding.codec.codec import Ids, Rows, blocks, chosen
from embedsmith.embedding.codec.half import single
from embedsmith.embedding.codec.packing import unpack, width
from embedsmith.embedding.codec.tables import look_up_packed
from embedsmith.embedding.errors import FormatError

SIZES = [2**bits for bits in range(1, 9)]
"""Centroids that a codebook may have."""
ROWS = 512
"""Rows that are decoded at a time: they stay in the processor's cache."""


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
    def _groups(self) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Rows]]:
        """Of the parts of each width: their numbers, how many centroids lie before those of each, the centroids.

        The centroids lie part after part, (parts * 2^bits, width), so that those of a row are taken at one stroke.
        """
        codebook, groups = single(np.asarray(self.codebook)), []
        for columns in self._columns:
            centroids = codebook[:, columns].swapaxes(0, 1).reshape(-1, columns.shape[1])
            parts = np.searchsorted(self.cuts, columns[:, 0])
            groups.append((parts, np.arange(0, len(centroids), len(codebook)), centroids))
        return groups

    @cached_property
    def _columns(self) -> list[npt.NDArray[np.int64]]:
        """The columns of the parts of each width, (parts, width)."""
        starts, widths = np.asarray(self.cuts[:-1], dtype=np.int64), np.diff(self.cuts)
        return [starts[widths == size][:, None] + np.arange(size) for size in np.unique(widths).tolist()]

    @cached_property
    def _order(self) -> npt.NDArray[np.int64]:
        """Where each column is found when the groups lie side by side."""
        return np.argsort(np.concatenate([columns.ravel() for columns in self._columns]))

    @cached_property
    def _factors(self) -> Rows:
        return factor.table(self.span)

    def rows(self, ids: Ids) -> Rows:
        codes = unpack(chosen(self.codes, ids), self.parts, self.bits)
        rows = np.empty((len(codes), self.shape[1]), dtype=np.float32)
        for block in blocks(len(codes), ROWS):
            some = codes[block]
            taken = [centroids.take(some[:, parts] + before, axis=0) for parts, before, centroids in self._groups]
            side_by_side = np.concatenate([part.reshape(len(some), -1) for part in taken], axis=1)
            side_by_side.take(self._order, axis=1, out=rows[block], mode="clip")  # any other mode would copy `out`
        rows *= self._factors.take(chosen(self.scales, ids))[:, None]
        return rows

    def products(self, query: Rows) -> Rows:
        added = np.add.reduceat(single(np.asarray(self.codebook)) * query, self.cuts[:-1], axis=1)
        values = look_up_packed(added.T, self.codes, self.bits)
        values *= self._factors.take(np.asarray(self.scales))
        return values
