"""How far a score can be believed: the bootstrap (Efron & Tibshirani 1993), seeded and vectorised."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BLOCK = 2_000_000
"""Item counts held at a time: 16 MB, whatever the number of items and of resamples."""


def bootstrap(statistic: Callable[[Floats], Floats], items: int, resamples: int, seed: int | list[int]) -> Floats:
    """Return the statistic of `resamples` samples of `items` items drawn with replacement.

    A statistic of several variants at once sees the same resamples of all: what is compared is paired.

    Parameters
    ----------
    statistic
        From counts (B, items), the times that each item stands in each of B resamples, to values (B, ...).
    seed
        Of the draws; the same seed draws the same resamples.

    Returns
    -------
    (resamples, ...) values of the statistic.
    """
    random = np.random.default_rng(seed)
    height = max(1, BLOCK // items)
    parts = []
    for start in range(0, resamples, height):
        block = min(height, resamples - start)
        drawn = random.integers(0, items, size=(block, items))
        drawn += np.arange(block)[:, None] * items
        counts = np.bincount(drawn.ravel(), minlength=block * items).reshape(block, items)
        parts.append(statistic(counts.astype(np.float64)))
    return np.concatenate(parts)


def interval(samples: npt.ArrayLike, confidence: float) -> tuple[float, float]:
    """Percentile interval of resampled values (R,).

    A resample without a value (NaN: nothing to measure was drawn) says nothing and is left out; an interval of
    none is (NaN, NaN).
    """
    values = np.asarray(samples, dtype=np.float64)
    values = values[~np.isnan(values)]
    if not values.size:
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
