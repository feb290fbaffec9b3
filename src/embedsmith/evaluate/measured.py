"""What was measured over the items of a data set, in every variant at once: scores, intervals, coverage, ratios."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from embedsmith.evaluate.items import Items
from embedsmith.evaluate.spaces import Answers
from embedsmith.metrics.share import share
from embedsmith.metrics.similarity import Floats
from embedsmith.metrics.statistics import bootstrap, interval

REFUSED = {"refused": True}
"""What stands where there is no fair score."""


@dataclass(frozen=True)
class Resampling:
    """Of the bootstrap; `seed` of the draws."""

    resamples: int
    confidence: float
    seed: int

    def seed_of(self, name: str) -> list[int]:
        """Return the seed of one set: its resamples depend on its name, not on which other sets there are."""
        return [self.seed, zlib.crc32(name.encode())]


@dataclass(frozen=True)
class Measured:
    """Scores (S,) and resampled scores (R, S) of one set; NaN in a space that knows too few of its items."""

    scores: Floats
    samples: Floats

    def scored(self, *places: int) -> bool:
        """Say whether there is a score in each of these spaces."""
        return not bool(np.isnan(self.scores[[*places]]).any())


def measure(name: str, items: Items, outcomes: Floats, resampling: Resampling) -> list[Measured]:
    """Score one set in every space, all on the same resamples of the items that any of them knows.

    Parameters
    ----------
    outcomes
        (n, S, M) of the items.

    Returns
    -------
    Scores by each of the M measures; none if no space knows any item.
    """
    known = ~np.isnan(outcomes).all(axis=(1, 2))
    if not known.any():
        return []
    n, spaces, measures = outcomes.shape
    flat = outcomes.reshape(n, spaces * measures)

    def statistic(counts: Floats) -> Floats:
        whole = np.zeros((len(counts), n))
        whole[:, known] = counts
        return items.scores(flat, whole).reshape(len(counts), spaces, measures)

    scores = statistic(np.ones((1, int(known.sum()))))[0]
    samples = bootstrap(statistic, int(known.sum()), resampling.resamples, resampling.seed_of(name))
    return [Measured(scores[:, place], samples[:, :, place]) for place in range(measures)]


def leaf(measured: Measured | None, answers: Answers, place: int, confidence: float) -> dict[str, Any]:
    """Return score, interval and coverage of one set in one space; refused without a score."""
    known, items = answers.known(place), len(answers.outcomes)
    coverage = {
        "known": known,
        "items": items,
        "coverage": known / items if items else 0.0,
        "composed": int(answers.composed[:, place].sum()),
        "averaged": int(answers.averaged[:, place].sum()),
    }
    if measured is None or not measured.scored(place):
        return coverage | REFUSED
    return coverage | scored(float(measured.scores[place]), measured.samples[:, place], confidence)


def scored(score: float, samples: Floats, confidence: float) -> dict[str, float]:
    """Return a score and the bounds of its interval; no bounds where no resample gave a value."""
    return {"score": score, **bounds(*interval(samples, confidence))}


def ratio(sets: Sequence[Measured], place: int, base: int, confidence: float) -> dict[str, Any]:
    """Mean score over the `sets` in the space at `place`, divided by that in the space at `base`."""
    scores = np.stack([each.scores for each in sets], axis=-1)
    samples = np.stack([each.samples for each in sets], axis=-1)
    found = share(scores[place], scores[base], samples[:, place], samples[:, base], confidence)
    return dict(REFUSED) if found is None else {"score": found[0], **bounds(*found[1:])}


def bounds(low: float, high: float) -> dict[str, float]:
    """Return an interval's keys; none where no resample gave a value."""
    return {} if np.isnan(low) else {"low": low, "high": high}
