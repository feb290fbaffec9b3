"""What every protocol asks and answers, whatever kind of data set it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from embedsmith.metrics.similarity import Floats, Unit


class Items(Protocol):
    """n items of one data set.

    Attributes
    ----------
    measures
        Names of what is measured of each item, M of them: the first makes the score, others are given beside it.
    of_vocabulary
        Whether they are answered by words of the vocabulary, so that nothing is composed; what a variant that has lost
        words does not know then counts as answered wrongly.
    partial
        Whether words without a vector are left out of a term of several.
    """

    measures: ClassVar[tuple[str, ...]]
    of_vocabulary: ClassVar[bool]
    partial: ClassVar[bool]

    def __len__(self) -> int: ...

    @property
    def items(self) -> Sequence[Sequence[str]]:
        """The terms of each item."""

    def outcomes(self, index: Mapping[str, int], unit_rows: Unit) -> Floats:
        """Return what each item comes to in a space, (n, M), NaN where a term of it is unknown."""

    def scores(self, outcomes: Floats, counts: Floats) -> Floats:
        """Return the score of S spaces in R resamples (R, n), (R, S), by outcomes (n, S) of a measure; NaN for none."""
