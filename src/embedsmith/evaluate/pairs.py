"""Word similarity: pairs of words, of terms or of sentences scored by people, ranked by the model's cosine."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from embedsmith.errors import InputError
from embedsmith.evaluate import table
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.vectors import rows
from embedsmith.metrics.similarity import Floats, Unit, cosine, spearman_of_resamples


@dataclass(frozen=True)
class Pairs:
    """n pairs of words, or of terms of several words, `left` and `right`, and their `human` scores (n,)."""

    left: Sequence[str]
    right: Sequence[str]
    human: Floats

    measures: ClassVar[tuple[str, ...]] = ("spearman",)
    of_vocabulary: ClassVar[bool] = False
    partial: ClassVar[bool] = False

    @classmethod
    def load(cls, dataset: DataSet) -> Self:
        """Read a file of pairs (`table.read`).

        A pair of words may stand twice with two scores, as in WordSim-353; the same line twice is a slip. Sentences may
        stand twice, as in the STS benchmark, whose sources share some.

        Raises
        ------
        InputError
            With file and line: a missing column, a score that is no number, a line that stands twice; or scores that
            are all the same.
        """
        found, seen = [], set()
        for where, (one, other, score) in table.read(dataset):
            pair = (one, other, _number(score, where))
            if pair in seen and not cls.partial:
                raise InputError(f"{where}: {one!r} and {other!r} stand twice with the score {score}; take one out")
            found.append(pair)
            seen.add(pair)
        if not found:
            raise InputError(f"{dataset.location}: no pairs in it")
        left, right, human = zip(*found, strict=True)
        if len(set(human)) == 1:
            raise InputError(
                f"{dataset.location}: every pair has the score {human[0]:g}; ranks need scores that differ"
            )
        return cls(left, right, np.asarray(human))

    def __len__(self) -> int:
        return len(self.human)

    @property
    def items(self) -> list[tuple[str, str]]:
        """The terms of each pair."""
        return list(zip(self.left, self.right, strict=True))

    def outcomes(self, index: Mapping[str, int], unit_rows: Unit) -> Floats:
        """Cosine of each pair, (n, 1), NaN where a term is unknown; a zero vector has cosine 0 with all."""
        left, right = rows(self.left, index), rows(self.right, index)
        known = (left >= 0) & (right >= 0)
        cosines = np.full((len(self), 1), np.nan)
        cosines[known, 0] = cosine(unit_rows, left[known], right[known])
        return cosines

    def scores(self, outcomes: Floats, counts: Floats) -> Floats:
        """Spearman's correlation over the known pairs, (R, S), of S spaces' outcomes (n, S) in R resamples (R, n).

        NaN where a resample holds no two known pairs with different human scores.
        """
        return np.column_stack([self._correlation(cosines, counts) for cosines in outcomes.T])

    def _correlation(self, cosines: Floats, counts: Floats) -> Floats:
        known = ~np.isnan(cosines)
        return spearman_of_resamples(cosines[known], self.human[known], counts[:, known])


@dataclass(frozen=True)
class Sentences(Pairs):
    """Pairs of sentences, as of the STS benchmark: the mean of the vectors of the words that have one stands for each.

    The benchmark's own score is Pearson's correlation; Spearman's, which asks for no straight line, has become usual
    (Reimers, Beyer & Gurevych 2016, "Task-Oriented Intrinsic Evaluation of Semantic Textual Similarity").
    """

    partial: ClassVar[bool] = True

    def split(self, words: Callable[[str], list[str]]) -> Sentences:
        """Return the same pairs, each sentence as its `words` with spaces between."""
        left, right = ([" ".join(words(text)) for text in side] for side in (self.left, self.right))
        return Sentences(left, right, self.human)


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: the score {text!r} is not a number")
    return value
