"""The mean of all vectors, taken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from embedsmith.embedding import Dense, Embedding
from embedsmith.mitigate.checked import checked


@dataclass(kw_only=True)
class Center:
    """Every vector less the mean of the words' vectors, each word counted once.

    What evaluation calls the centred model: vectors that share a large mean are all similar, and the mean says
    nothing of a word.
    """

    last: ClassVar[bool] = False

    def fit(self, embedding: Embedding) -> Self:
        self.mean_ = checked(embedding, "center").mean(axis=0, dtype=np.float64).astype(np.float32)
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(lambda rows: Dense(rows - self.mean_))
