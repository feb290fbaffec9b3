"""A product of two thin matrices: coefficients of each word, and a basis that all words share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.compress.reduction import kept, require_reduction
from embedsmith.embedding import Codec, Dense, Embedding
from embedsmith.embedding import LowRank as LowRankCodec
from embedsmith.metrics.components import leading


@dataclass(kw_only=True)
class LowRank:
    """Truncated singular value decomposition, not centred: E ~ U V, V the right singular vectors, U = E V^T.

    Of all products of that rank the one of least squared error, which is the sum of the squared singular values left
    out (Eckart and Young 1936, "The approximation of one matrix by another of lower rank"). A decoded row has all the
    dimensions of the model. The rows of V are orthonormal, so that lengths and cosines of decoded rows are those of
    their coefficients; a link that follows stores the coefficients in its way, and what it loses of them is lost
    of the rows, no more.

    Parameters
    ----------
    reduction
        Dimension divided by rank: 100 dimensions and a reduction of 4 leave 25 coefficients a word.

    Notes
    -----
    By the eigenvectors of E^T E, in double precision, as the principal components are. On one thread: how BLAS divides
    a product among several shows in the last bits of its sums.
    """

    reduction: float

    last: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require_reduction(self.reduction)

    def fit(self, embedding: Embedding) -> Self:
        rank = kept(embedding.dimension, self.reduction, "low_rank")
        matrix = embedding.matrix().astype(np.float64)
        with threadpool_limits(1):
            self.basis_ = leading(matrix.T @ matrix, rank)
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(self._factor)

    def _factor(self, rows: np.ndarray) -> LowRankCodec:
        with threadpool_limits(1):
            coefficients = (rows @ self.basis_.T).astype(np.float32)
        return LowRankCodec(Dense(coefficients), np.ascontiguousarray(self.basis_, dtype=np.float32))


def inner(codec: Codec) -> Codec:
    """Return the codec of the coefficients of `codec`, which is of a low rank."""
    assert isinstance(codec, LowRankCodec)
    return codec.inner
