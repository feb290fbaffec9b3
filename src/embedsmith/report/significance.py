"""Which scores differ from the untouched model's: paired tests over the same items, corrected for their number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from embedsmith.metrics.statistics import holm
from embedsmith.report.table import SCORES, Measured, metrics, value

RISE, FALL = "▲", "▼"
Score = tuple[str, str]
"""Kind and name of a score."""
MEAN: Score = ("similarity", "mean")


@dataclass(frozen=True)
class Tested:
    """A difference from the untouched model, and its p-value after Holm's correction; `significant` at the level."""

    difference: float
    p: float
    level: float

    @property
    def significant(self) -> bool:
        return self.p < self.level

    @property
    def mark(self) -> str:
        """▲ or ▼ where the difference is significant, else empty."""
        return "" if not self.significant else RISE if self.difference > 0 else FALL


Tests = Mapping[tuple[str, Score], Tested]
"""By the name of a run, and the score."""


def scores(frame: pd.DataFrame) -> list[Score]:
    """Return the scores of data sets, whatever their kind, the mean first."""
    return [MEAN, *((kind, name) for kind in SCORES for name in metrics(frame, kind))]


def against_untouched(
    runs: Mapping[str, Measured], pairs: Iterable[tuple[str, str]], tested: Sequence[Score], level: float
) -> Tests:
    """Test each of the `tested` scores of each run against another's; what has no p-value is left out.

    Parameters
    ----------
    pairs
        Names of a run and of its untouched model's.
    level
        Below which a corrected p-value is significant; the correction is for all tests that are asked for.
    """
    found = {
        (run, score): (value(runs[run], *score) - value(runs[untouched], *score), value(runs[run], *score, "p"))
        for run, untouched in pairs
        for score in tested
    }
    found = {key: each for key, each in found.items() if not math.isnan(each[1])}
    corrected = holm([p for _, p in found.values()]).tolist()
    return {key: Tested(each[0], p, level) for (key, each), p in zip(found.items(), corrected, strict=True)}
