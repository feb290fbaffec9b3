"""Fewer dimensions: the first ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from embedsmith.compress.reduction import kept, require_reduction
from embedsmith.embedding import Dense, Embedding


@dataclass(kw_only=True)
class Truncate:
    """The first columns, as they are.

    What any other way to fewer dimensions must be better than: trained dimensions have no order. Where they have
    one, as those of a singular value decomposition do, it is a choice of its own.

    Parameters
    ----------
    reduction
        How many times fewer dimensions: 100 dimensions and a reduction of 4 leave the first 25.
    """

    reduction: float

    last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        require_reduction(self.reduction)

    def fit(self, embedding: Embedding) -> Self:
        self.kept_ = kept(embedding.dimension, self.reduction, "truncate")
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(lambda rows: Dense(np.ascontiguousarray(rows[:, : self.kept_])))
