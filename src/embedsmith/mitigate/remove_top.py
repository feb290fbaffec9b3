"""The directions that all words share, taken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.embedding import Dense, Embedding
from embedsmith.errors import InputError
from embedsmith.metrics.components import leading, scatter, without
from embedsmith.mitigate.checked import checked


@dataclass(kw_only=True)
class RemoveTop:
    """All but the top: centred vectors less their leading principal components.

    Mu and Viswanath 2018, "All-but-the-Top: Simple and Effective Postprocessing for Word Representations", algorithm 1.
    The components mostly say how frequent a word is. The paper projects vectors that are not centred, which leaves a
    constant; here nothing is left along the components.

    Parameters
    ----------
    components
        How many; null for the paper's rule, a hundredth of the dimensions, and at least one.
    """

    components: int | None

    last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.components is not None and self.components < 1:
            raise ValueError(f"components: must be at least 1, not {self.components}; to take off the mean use center")

    def fit(self, embedding: Embedding) -> Self:
        matrix = checked(embedding, "remove_top", least=2)
        number = self.components or max(1, round(embedding.dimension / 100))
        if number >= embedding.dimension:
            raise InputError(f"remove_top: {number} components leave nothing of {embedding.dimension} dimensions")
        self.mean_ = matrix.mean(axis=0, dtype=np.float64)
        with threadpool_limits(1):  # how BLAS divides a product among threads shows in the last bits
            self.components_ = leading(scatter(matrix, self.mean_), number)
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        with threadpool_limits(1):
            return embedding.converted(
                lambda rows: Dense(without(rows - self.mean_, self.components_).astype(np.float32))
            )
