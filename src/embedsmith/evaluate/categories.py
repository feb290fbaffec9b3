"""Word categorisation: words that people put into categories, clustered by their vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from embedsmith.errors import InputError
from embedsmith.evaluate import table
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.vectors import rows
from embedsmith.metrics.categories import in_majority, ward
from embedsmith.metrics.similarity import Floats, Unit
from embedsmith.metrics.statistics import mean_of_resamples


@dataclass(frozen=True)
class Categories:
    """n words, and the category of each.

    The score is the purity of as many clusters as the known words have categories (Baroni, Dinu & Kruszewski 2014,
    "Don't count, predict!", section 3, who cluster by another program): the share of words whose category is the most
    frequent in their cluster. Its interval is over the words, the clusters as they are.
    """

    words: Sequence[str]
    of_word: Sequence[str]

    measures: ClassVar[tuple[str, ...]] = ("purity",)
    of_vocabulary: ClassVar[bool] = False
    partial: ClassVar[bool] = False

    @classmethod
    def load(cls, dataset: DataSet) -> Categories:
        """Read a file of words and categories (`table.read`).

        Raises
        ------
        InputError
            With file and line: a missing column, an empty category, or a word that stands twice; or fewer than two
            categories.
        """
        found: dict[str, str] = {}
        for where, (word, category) in table.read(dataset):
            if not word or not category:
                raise InputError(f"{where}: a word and its category are needed")
            if word in found:
                raise InputError(f"{where}: {word!r} stands twice; a word has one category")
            found[word] = category
        if len(set(found.values())) < 2:
            raise InputError(f"{dataset.location}: {len(set(found.values()))} categories in it; two are needed")
        return cls(list(found), list(found.values()))

    def __len__(self) -> int:
        return len(self.words)

    @property
    def items(self) -> list[tuple[str]]:
        """The one term of each item."""
        return [(word,) for word in self.words]

    def outcomes(self, index: Mapping[str, int], unit_rows: Unit) -> Floats:
        """1 for each word whose category is the most frequent in its cluster, else 0, (n, 1); NaN if it is unknown."""
        found = rows(self.words, index)
        known = np.flatnonzero(found >= 0)
        outcomes = np.full((len(self), 1), np.nan)
        if not known.size:
            return outcomes
        categories = [self.of_word[place] for place in known.tolist()]
        clusters = ward(unit_rows[found[known]], len(set(categories)))
        outcomes[known, 0] = in_majority(clusters, categories)
        return outcomes

    def scores(self, outcomes: Floats, counts: Floats) -> Floats:
        """Purity over the known words, (R, S), of S spaces' outcomes (n, S) in R resamples (R, n)."""
        return mean_of_resamples(outcomes, counts)
