"""Whether variants score otherwise than the untouched model: a paired permutation test over the items of a data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from embedsmith.metrics.similarity import Floats, spearman_differences
from embedsmith.metrics.statistics import permutation_p_values, signed_means


@dataclass(frozen=True)
class Paired:
    """Differences of S spaces from the first: as observed (S,), and under random signs of the items' (P, S).

    A difference of scores is the mean of what the items add to it: a question, whether only one of the two answered it;
    a pair, how its ranks bear on Spearman's correlation (`spearman_differences`). If a variant is no better or worse
    than the untouched model, the two might as well be swapped in any item, which turns the sign of what it adds. Ranks
    are those among the items that both know, and stay as they are when they are swapped.

    NaN where a space or the first knows too few items to be compared.
    """

    observed: Floats
    permuted: Floats

    @classmethod
    def of(cls, outcomes: Floats, human: Floats | None, permutations: int, seed: list[int]) -> Paired:
        """Compare the spaces by the outcomes (n, S) of the items, NaN where one is unknown.

        Parameters
        ----------
        human
            (n,) scores that outcomes are to be correlated with; None where the score is the mean outcome.
        """
        differences = np.column_stack([_differences(each, outcomes[:, 0], human) for each in outcomes.T])
        known = ~np.isnan(differences)
        observed = np.where(known, differences, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        observed[~known.any(axis=0)] = np.nan
        return cls(observed, signed_means(differences, permutations, seed))

    @classmethod
    def mean(cls, sets: Sequence[Paired]) -> Paired:
        """Compare the mean score over several sets, the signs of each its own."""
        observed = np.mean([each.observed for each in sets], axis=0)
        return cls(observed, np.mean([each.permuted for each in sets], axis=0))

    def p(self, place: int) -> dict[str, float]:
        """Return the p-value of one space, as results have it; empty for the untouched model, or if it has none."""
        return {} if place == 0 or np.isnan(self.observed[place]) else {"p": float(self._p_values[place])}

    @cached_property
    def _p_values(self) -> Floats:
        return permutation_p_values(self.observed, self.permuted)


def _differences(outcomes: Floats, untouched: Floats, human: Floats | None) -> Floats:
    """Return what each item adds to the difference of one space's score from the first's; NaN if not known to both."""
    if human is None:
        return outcomes - untouched
    found = np.full(outcomes.shape, np.nan)
    both = ~np.isnan(outcomes) & ~np.isnan(untouched)
    if np.unique(human[both]).size > 1:
        found[both] = spearman_differences(outcomes[both], untouched[both], human[both])
    return found
