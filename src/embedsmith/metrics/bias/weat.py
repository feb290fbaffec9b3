"""The Word Embedding Association Test, WEAT (Caliskan, Bryson & Narayanan 2017, Science 356:183-186).

Two sets of target words X and Y, two sets of attribute words A and B. The association of a word w is
s(w) = mean over A of cos(w, a) - mean over B of cos(w, b).
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from embedsmith.metrics.similarity import Floats, Unit

BLOCK = 2_000_000
"""Random keys held at a time: 16 MB."""


def associations(targets: Unit, first: Unit, second: Unit) -> Floats:
    """Association s(w) of each target with the `first` attributes over the `second`, (n,).

    Parameters
    ----------
    targets, first, second
        (n, d), (a, d) and (b, d) unit vectors, none of them empty.
    """
    difference = first.mean(axis=0, dtype=np.float64) - second.mean(axis=0, dtype=np.float64)
    return np.asarray(targets.astype(np.float64) @ difference)


def effect_size(x: Floats, y: Floats) -> float:
    """Return Caliskan's d: the difference of the mean associations over their standard deviation on X and Y together.

    The paper leaves open which deviation it means; this is the population's (ddof 0), as in the `wefe`
    package, which bounds d to [-2, 2] for sets of one size. With the sample's, d would be smaller by
    sqrt((n - 1) / n). Where no association differs from another, d is 0.

    Parameters
    ----------
    x, y
        (n_x,) and (n_y,) associations of the two target sets.
    """
    return float(_effect_sizes(x[None, :], y[None, :])[0])


def effect_size_of_resamples(x: Floats, y: Floats, resamples: int, seed: int | list[int]) -> Floats:
    """Return d of `resamples` bootstrap samples, (resamples,), each target set resampled within itself.

    The attributes stay as given. With fewer than about ten words a set this is a rough guide.
    """
    random = np.random.default_rng(seed)
    drawn_x = x[random.integers(0, x.size, size=(resamples, x.size))]
    drawn_y = y[random.integers(0, y.size, size=(resamples, y.size))]
    return _effect_sizes(drawn_x, drawn_y)


def _effect_sizes(x: Floats, y: Floats) -> Floats:
    """Return d of each row of (R, n_x) and (R, n_y)."""
    both = np.concatenate([x, y], axis=1)
    spread = both.std(axis=1)
    # Equal values may leave a rounding error for a spread.
    varies = spread > 1e-12 * np.abs(both).max(axis=1)
    difference = x.mean(axis=1) - y.mean(axis=1)
    effects: Floats = np.zeros_like(difference)
    np.divide(difference, spread, out=effects, where=varies)
    return effects


def p_value(x: Floats, y: Floats, permutations: int, seed: int | list[int]) -> float:
    """One-sided p of the permutation test: how often a random division of the targets is as extreme.

    Exact, over all C(n, n_x) divisions into sets of these sizes, where they are at most `permutations`; else
    over that many random ones. The observed division counts among them, as it must for a valid test
    (Phipson & Smyth 2010, "Permutation P-values should never be zero"): the paper counts only strictly more
    extreme divisions, which is less by 1 / C(n, n_x) where none ties.

    The statistic is the difference of the mean associations: the paper's difference of sums for sets of one
    size, and comparable between divisions where unknown words left sets of two sizes.

    Parameters
    ----------
    x, y
        (n_x,) and (n_y,) associations of the two target sets.
    """
    both = np.concatenate([x, y])
    # Of a fixed whole, the difference of the means grows with the sum of the first part: that sum is compared.
    observed = x.sum() - 1e-12 * np.abs(both).sum()
    divisions = math.comb(both.size, x.size)
    if divisions <= permutations:
        chosen = itertools.chain.from_iterable(itertools.combinations(range(both.size), x.size))
        members = np.fromiter(chosen, dtype=np.int64, count=divisions * x.size).reshape(divisions, x.size)
        return float(np.count_nonzero(both[members].sum(axis=1) >= observed)) / divisions
    extreme = np.count_nonzero(_random_sums(both, x.size, permutations, seed) >= observed)
    return float(extreme + 1) / (permutations + 1)


def _random_sums(values: Floats, size: int, count: int, seed: int | list[int]) -> Floats:
    """Sum of `size` of the values, chosen at random without replacement, (count,)."""
    random = np.random.default_rng(seed)
    height = max(1, BLOCK // values.size)
    sums = []
    for start in range(0, count, height):
        keys = random.random((min(height, count - start), values.size))
        # The places of the smallest keys are a random subset.
        members = np.argpartition(keys, size - 1, axis=1)[:, :size]
        sums.append(values[members].sum(axis=1))
    return np.concatenate(sums)
