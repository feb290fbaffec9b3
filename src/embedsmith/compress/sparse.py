"""The values of largest magnitude; all others are zero and not stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from embedsmith.compress.fp16 import half
from embedsmith.embedding import Embedding
from embedsmith.embedding import Sparse as SparseCodec
from embedsmith.embedding.codec.sparse import WIDEST
from embedsmith.errors import InputError


@dataclass(kw_only=True)
class Sparse:
    """Pruning by magnitude, stored as compressed sparse rows at half precision.

    An entry costs three bytes, up to 256 dimensions, and four beyond; a row two, four or eight. What is kept is
    within half precision of what it was, what is not is lost: the squared error of a row is about the sum of the
    squares left out, the least that so many values can leave.

    Parameters
    ----------
    share
        Part of each row that is kept, its values of largest magnitude: of 100 dimensions and a share of 0.25 the 25
        largest, of equal ones the first. Null to go by `threshold`.
    threshold
        Values whose magnitude is above it are kept, however many a row has. Null to go by `share`.
    """

    share: float | None
    threshold: float | None

    last: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if (self.share is None) == (self.threshold is None):
            raise ValueError("share: give either it or threshold, and null for the other")
        if self.share is not None and not 0 < self.share <= 1:
            raise ValueError(f"share: must be above 0 and at most 1, not {self.share:g}")
        if self.threshold is not None and self.threshold < 0:
            raise ValueError(f"threshold: must be at least 0, not {self.threshold:g}")

    def fit(self, embedding: Embedding) -> Self:
        dimension = embedding.dimension
        if dimension > WIDEST:
            raise InputError(f"sparse: {dimension} dimensions are more than {WIDEST}; reduce them before")
        if self.share is not None and round(self.share * dimension) < 1:
            raise InputError(
                f"sparse: a share of {self.share:g} keeps nothing of {dimension} dimensions;"
                f" use at least {1 / dimension:.3g}"
            )
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(self._prune)

    def _prune(self, rows: np.ndarray) -> SparseCodec:
        values = half(rows, "sparse")
        if self.threshold is not None:
            kept = np.abs(rows) > self.threshold
        else:
            assert self.share is not None
            kept = largest(rows, round(self.share * rows.shape[1]))
        return SparseCodec.pack(values, kept & (values != 0))


def largest(matrix: np.ndarray, number: int) -> np.ndarray:
    """Return which values of `matrix` (V, d) are among the `number` of largest magnitude in their row, (V, d).

    Of equal ones the first are; a sort that is stable says so on every processor, where a partition may not.
    """
    order = np.argsort(-np.abs(matrix), axis=1, kind="stable")[:, :number]
    chosen = np.zeros(matrix.shape, dtype=bool)
    np.put_along_axis(chosen, order, True, axis=1)
    return chosen
