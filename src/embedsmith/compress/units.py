"""Fewer units of unseen words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import Embedding


@dataclass(kw_only=True)
class Units:
    """Of the n-grams or pieces that unseen words are composed of, those that the most words of the vocabulary hold.

    What is not kept is no unit any more: a word is the mean of those that it still has. Rows of words stay as they
    are; a model without a fallback too.

    Parameters
    ----------
    share
        Part of the units that is kept, of equal ones the first; 0 leaves none, and unseen words have no vectors.
    """

    share: float

    last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share: must be 0 to 1, not {self.share:g}")

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        fallback = embedding.fallback
        if fallback is None or self.share == 1:
            return embedding
        number = round(self.share * fallback.codec.shape[0])
        if number < 1:
            return replace(embedding, fallback=None)
        places = np.sort(np.argsort(-uses(embedding), kind="stable")[:number])
        return replace(embedding, fallback=fallback.of_rows(places))


def uses(embedding: Embedding) -> npt.NDArray[np.int64]:
    """Return how many words of `embedding` hold each unit of its fallback, (units,)."""
    assert embedding.fallback is not None
    held = [np.unique(embedding.fallback.units(word)) for word in embedding.words]
    return np.bincount(np.concatenate([*held, np.zeros(0, np.int64)]), minlength=embedding.fallback.codec.shape[0])
