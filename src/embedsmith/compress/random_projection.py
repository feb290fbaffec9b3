"""Fewer dimensions: a projection that knows nothing of the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.compress.reduction import kept, require_reduction
from embedsmith.embedding import Dense, Embedding


@dataclass(kw_only=True)
class RandomProjection:
    """Gaussian random projection: row @ R, the entries of R drawn from N(0, 1 / dimensions left).

    The expected square of a projected length is the square of the length, and so are distances and inner products
    kept in expectation; the relative error of a squared length has the variance 2 / dimensions left (Johnson and
    Lindenstrauss 1984; Dasgupta and Gupta 2003, "An elementary proof of a theorem of Johnson and Lindenstrauss").

    Parameters
    ----------
    reduction
        How many times fewer dimensions: 100 dimensions and a reduction of 4 leave 25.
    seed
        Of the entries of R.
    """

    reduction: float
    seed: int

    last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        require_reduction(self.reduction)
        if self.seed < 0:
            raise ValueError(f"seed: must be at least 0, not {self.seed}")

    def fit(self, embedding: Embedding) -> Self:
        left = kept(embedding.dimension, self.reduction, "random_projection")
        draw = np.random.default_rng(self.seed)
        self.projection_ = draw.normal(0, 1 / np.sqrt(left), (embedding.dimension, left)).astype(np.float32)
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        with threadpool_limits(1):  # how BLAS divides a product among threads may show in the last bits
            return embedding.converted(lambda rows: Dense(rows @ self.projection_))
