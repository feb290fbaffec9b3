"""What the neighbours of a sample of words say of a space: its hubs, its antihubs, its intrinsic dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from embedsmith.metrics.hubness import hubness_of_resamples, unreached
from embedsmith.metrics.intrinsic_dimension import distances, intrinsic_dimension_of_resamples, log_ratios
from embedsmith.metrics.neighbours import k_nearest
from embedsmith.metrics.similarity import Floats, Ids, Unit
from embedsmith.metrics.statistics import bootstrap, interval

NEIGHBOURHOOD = ("hubness", "antihubs", "two_nn_dimension", "mle_dimension")
"""Names of the metrics."""
LEAST = 3
"""Words that a skewness needs, and two neighbours of each."""


def neighbourhood(
    unit: Unit, *, sample: int, neighbours: int, resamples: int, confidence: float, seed: int
) -> dict[str, dict[str, Any]]:
    """Measure a space by the exact neighbours of a sample of its words.

    Zero vectors point nowhere: they are asked for no neighbours, and are nobody's.

    Parameters
    ----------
    unit
        (V, d) unit vectors.
    sample
        Words asked, all of them where there are no more; spaces of as many words are asked for the same.
    neighbours
        Of each word, at least 2.

    Returns
    -------
    {metric: {score, low, high}}, the interval over the words asked, and without one where all were. `hubness` is the
    skewness of N_k over the whole vocabulary. `antihubs` is the share of the words asked that are among the nearest of
    no other of them: over the vocabulary it would take the neighbours of all. The dimensions are those of the
    directions, by the distances between unit vectors: TwoNN, and by maximum likelihood over all the `neighbours`. A
    metric that there are too few words for, or that has no value, has `refused`: true.
    """
    pointing = unit.any(axis=1)
    rows = unit if pointing.all() else unit[pointing]
    if len(rows) < LEAST:
        return {name: {"refused": True} for name in NEIGHBOURHOOD}
    asked = np.arange(len(rows))
    if sample < len(rows):
        asked = np.sort(np.random.default_rng(seed).choice(len(rows), size=sample, replace=False))
    statistic = _statistic(rows, asked, neighbours)
    scores = statistic(np.ones((1, len(asked))))[0]
    if len(asked) == len(rows):
        return {name: _leaf(score) for name, score in zip(NEIGHBOURHOOD, scores.tolist(), strict=True)}
    samples = bootstrap(statistic, len(asked), resamples, seed)
    return {
        name: _leaf(score, *interval(column, confidence))
        for name, score, column in zip(NEIGHBOURHOOD, scores.tolist(), samples.T, strict=True)
    }


def _statistic(rows: Unit, asked: Ids, neighbours: int) -> Callable[[Floats], Floats]:
    """Return the metrics (R, 4) as a function of the times that each word asked stands in each resample, (R, n)."""
    k = min(neighbours, len(rows) - 1)
    nearest = k_nearest(rows, asked, k)
    own = rows[asked]
    alone = unreached(k_nearest(own, np.arange(len(own)), min(k, len(own) - 1)), len(own)) / len(own)
    apart = distances(rows, asked, nearest)
    two, all_of_them = log_ratios(apart, 2), log_ratios(apart, k)

    def statistic(counts: Floats) -> Floats:
        columns = [
            hubness_of_resamples(nearest, len(rows), counts),
            counts @ alone,
            intrinsic_dimension_of_resamples(two, counts),
            intrinsic_dimension_of_resamples(all_of_them, counts),
        ]
        return np.stack(columns, axis=1)

    return statistic


def _leaf(score: float, low: float = np.nan, high: float = np.nan) -> dict[str, Any]:
    if np.isnan(score):
        return {"refused": True}
    return {"score": score} if np.isnan(low) else {"score": score, "low": low, "high": high}
