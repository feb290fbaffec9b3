"""How far a score can be believed: the bootstrap (Efron & Tibshirani 1993) and a paired test, seeded and vectorised."""

from __future__ import annotations

import math
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


def mean_of_resamples(outcomes: Floats, counts: Floats) -> Floats:
    """Mean outcome of each of R resamples in each of S spaces, (R, S), over the items that the space knows.

    Parameters
    ----------
    outcomes
        (n, S) of the items, NaN where a space does not know one.
    counts
        (R, n) times that each item stands in each resample.

    Returns
    -------
    NaN where a resample holds no known item.
    """
    known = ~np.isnan(outcomes)
    asked = counts @ known.astype(np.float64)
    total = counts @ np.where(known, outcomes, 0.0)
    return np.asarray(np.divide(total, asked, out=np.full(asked.shape, np.nan), where=asked > 0), dtype=np.float64)


def median_of_resamples(values: Floats, counts: Floats) -> Floats:
    """Median of each of R resamples, (R,): of an even number of items, the mean of the two in the middle.

    Parameters
    ----------
    values
        (n,) values of the items.
    counts
        (R, n) times that each item stands in each resample.
    """
    order = np.argsort(values)
    reached = np.cumsum(counts[:, order], axis=1)
    size = reached[:, -1]
    lower, upper = ((reached > place[:, None]).argmax(axis=1) for place in ((size - 1) // 2, size // 2))
    return np.asarray((values[order[lower]] + values[order[upper]]) / 2, dtype=np.float64)


def paired_p_value(differences: Floats, permutations: int, seed: int | list[int]) -> float:
    """Two-sided p of the paired permutation test: how often a mean difference is as far from 0 under random signs.

    If neither of two models is the better, each item's difference might as well have had the other sign. Exact, over
    all 2^n choices of signs, where they are at most `permutations`; else over that many random ones, the observed one
    counted among them (Phipson & Smyth 2010, "Permutation P-values should never be zero").

    Parameters
    ----------
    differences
        (n,) of the two models on the same items, n at least 1.
    """
    n = differences.size
    # Rounding must not make a choice of signs less extreme than the equal one that was observed.
    observed = abs(differences.sum()) - 1e-12 * np.abs(differences).sum()
    if n < 63 and 1 << n <= permutations:
        bits = np.arange(1 << n)[:, None] >> np.arange(n) & 1
        sums = (2.0 * bits - 1) @ differences
        return float(np.count_nonzero(np.abs(sums) >= observed)) / (1 << n)
    random = np.random.default_rng(seed)
    height = max(1, BLOCK // n)
    extreme = 1
    for start in range(0, permutations, height):
        signs = 2.0 * random.integers(0, 2, size=(min(height, permutations - start), n)) - 1
        extreme += int(np.count_nonzero(np.abs(signs @ differences) >= observed))
    return float(extreme) / (permutations + 1)


def mcnemar(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Two-sided exact p of McNemar's test: whether of two classifiers on the same items one is right more often.

    Only items on which one is right and the other wrong can tell; if neither is the better, each might as well have
    been the other's (McNemar 1947, "Note on the sampling error of the difference between correlated proportions or
    percentages"). It is the paired permutation test for outcomes of 0 and 1, in closed form.

    Parameters
    ----------
    first, second
        (n,) whether each was right.
    """
    one, other = np.asarray(first, dtype=np.bool_), np.asarray(second, dtype=np.bool_)
    wins, losses = int((one & ~other).sum()), int((~one & other).sum())
    told = wins + losses
    tail = sum(math.comb(told, fewer) for fewer in range(min(wins, losses) + 1))
    return min(1.0, float(2 * tail / 2**told))  # whole numbers, and one division: nothing is rounded on the way


def signed_means(differences: Floats, permutations: int, seed: int | list[int]) -> Floats:
    """Mean differences of S models from another, on the same items, under random signs, (permutations, S).

    The same signs for all S, so that what is made of several means, such as a sum over data sets, can be tested too.

    Parameters
    ----------
    differences
        (n, S); NaN where an item says nothing of a model, which is left out of its mean.
    """
    known = ~np.isnan(differences)
    values = np.where(known, differences, 0.0)
    told = np.flatnonzero(values.any(axis=1))  # a difference of 0 has no sign
    values = values[told] / np.maximum(known.sum(axis=0), 1)
    random = np.random.default_rng(seed)
    height = max(1, BLOCK // max(1, told.size))
    parts = []
    for start in range(0, permutations, height):
        rows = min(height, permutations - start)
        bits = np.frombuffer(random.bytes(-(-rows * told.size // 8)), dtype=np.uint8)
        signs = 2.0 * np.unpackbits(bits, count=rows * told.size).reshape(rows, told.size) - 1
        parts.append(signs @ values)
    return np.concatenate(parts)


def permutation_p_values(observed: Floats, permuted: Floats) -> Floats:
    """Two-sided p of S statistics (S,) by their values (P, S) in random permutations, the observed one among them."""
    # Rounding must not make a permutation less extreme than the equal one that was observed.
    extreme = np.abs(permuted) >= np.abs(observed) * (1 - 1e-9) - 1e-15
    return np.asarray((extreme.sum(axis=0) + 1.0) / (len(permuted) + 1), dtype=np.float64)


def holm(p_values: npt.ArrayLike) -> Floats:
    """P-values adjusted for the number of tests, (m,), by which all may be judged at one level.

    Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure": the smallest times m, the next times m - 1,
    and so on, none below one before it.
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values)
    steps = values[order] * np.arange(values.size, 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted
