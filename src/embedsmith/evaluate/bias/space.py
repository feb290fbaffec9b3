"""One variant as the measures of bias read it, and what they say of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from embedsmith.embedding import Embedding
from embedsmith.evaluate.vectors import rows, unit_rows
from embedsmith.metrics.similarity import Floats, Ids, Unit
from embedsmith.metrics.statistics import bootstrap, interval


class Statistics(Protocol):
    """Settings of intervals."""

    @property
    def resamples(self) -> int: ...
    @property
    def confidence(self) -> float: ...


@dataclass(frozen=True)
class Found:
    """Rows of the known words of some lists, and how many words the lists have."""

    ids: Sequence[Ids]
    items: int

    @property
    def known(self) -> int:
        """Known words of all lists."""
        return sum(ids.size for ids in self.ids)

    @property
    def fewest(self) -> int:
        """Known words of the list that has the fewest."""
        return min(ids.size for ids in self.ids)

    @property
    def coverage(self) -> dict[str, Any]:
        """The same, as results have it."""
        return {"known": self.known, "items": self.items, "coverage": self.known / self.items}


@dataclass(frozen=True)
class Space:
    """One variant: its words, its vectors, and these at length 1, (V, d)."""

    embedding: Embedding
    index: Mapping[str, int]
    unit_rows: Unit

    @classmethod
    def of(cls, variant: str, embedding: Embedding) -> Space:
        """Decode the variant, once.

        Raises
        ------
        InputError
            If a value is not finite, naming the variant.
        """
        index = {word: row for row, word in enumerate(embedding.words)}
        return cls(embedding, index, unit_rows(variant, embedding.matrix()))

    def find(self, *lists: Sequence[str]) -> Found:
        """Look up the words of each list."""
        found = (rows(words, self.index) for words in lists)
        return Found([ids[ids >= 0] for ids in found], sum(map(len, lists)))

    def pairs(self, pairs: Sequence[Sequence[str]]) -> tuple[Ids, Ids]:
        """Rows of the first and of the second word of each pair that is known, (p,) and (p,)."""
        first, second = (rows([pair[side] for pair in pairs], self.index) for side in (0, 1))
        known = (first >= 0) & (second >= 0)
        return first[known], second[known]

    def unit(self, ids: Ids) -> Unit:
        """Vectors of length 1 of the rows `ids`."""
        return self.unit_rows[ids]


@dataclass(frozen=True)
class Estimate:
    """A statistic of n items: from the times that each stands in R resamples, (R, n), to its values (R,)."""

    statistic: Callable[[Floats], Floats]
    items: int

    @classmethod
    def mean(cls, values: Floats) -> Estimate:
        """Return that of the mean of the items' values."""
        return cls(lambda counts: counts @ values / counts.sum(axis=1), values.size)

    def leaf(self, settings: Statistics, seed: list[int]) -> dict[str, Any]:
        """Return score and interval; `refused` where there is no score, as for words that are all alike."""
        score = float(self.statistic(np.ones((1, self.items)))[0])
        if not math.isfinite(score):
            return {"refused": True}
        samples = bootstrap(self.statistic, self.items, settings.resamples, seed)
        low, high = interval(samples, settings.confidence)
        return {"score": score, "low": low, "high": high}
