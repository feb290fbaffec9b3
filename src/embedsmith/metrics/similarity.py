"""Similarity: what the geometry of an embedding says of pairs of words, and how far that is what people say."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Unit = npt.NDArray[np.float32]

ROWS = 1024
"""Rows scaled at a time: 2 MB in double precision."""


def unit(vectors: npt.ArrayLike) -> Unit:
    """Scale each row to length 1, as float32; a zero row stays zero, so that its cosine with anything is 0.

    Parameters
    ----------
    vectors
        (n, d) real numbers.

    Raises
    ------
    ValueError
        If a value is not finite, naming the first such row.
    """
    rows = np.asarray(vectors, dtype=np.float32)
    found = np.empty_like(rows)
    for start in range(0, len(rows), ROWS):
        # In double precision: the square of neither a large nor a tiny value may overflow into a zero vector.
        block = rows[start : start + ROWS].astype(np.float64)
        squares = np.einsum("ij,ij->i", block, block)
        if not np.isfinite(squares).all():
            row = start + int(np.flatnonzero(~np.isfinite(squares))[0])
            raise ValueError(f"row {row} holds NaN or an infinite value")
        norms = np.sqrt(squares)
        norms[norms == 0] = 1.0
        np.divide(block, norms[:, None], out=found[start : start + ROWS], casting="same_kind")
    return found


def cosine(unit_rows: Unit, left: Ids, right: Ids) -> Floats:
    """Cosine of row `left[i]` with row `right[i]`, (n,), of the unit rows (V, d)."""
    pairs = np.einsum("ij,ij->i", unit_rows[left], unit_rows[right], dtype=np.float64)
    return np.asarray(pairs, dtype=np.float64)


def spearman(model: npt.ArrayLike, human: npt.ArrayLike) -> float:
    """Spearman's rank correlation, ties at their mean rank.

    A model that gives every pair the same score orders nothing: its correlation is 0.

    Parameters
    ----------
    model, human
        (n,) scores of the same items.

    Raises
    ------
    ValueError
        If the human scores are constant, or fewer than two: no order to compare with.
    """
    human = np.asarray(human, dtype=np.float64)
    if np.unique(human).size < 2:
        raise ValueError("a rank correlation needs at least two items with different human scores")
    return float(spearman_of_resamples(model, human, np.ones((1, human.size)))[0])


def spearman_of_resamples(model: npt.ArrayLike, human: npt.ArrayLike, counts: Floats) -> Floats:
    """Spearman's correlation of each of R resamples, (R,).

    Ranks follow from the counts by cumulative sums, so that a resample costs no sorting.

    Parameters
    ----------
    model, human
        (n,) scores of the same items.
    counts
        (R, n) times that each item stands in each resample.

    Returns
    -------
    (R,) correlations; NaN where the resample's human scores are all the same, 0 where only the model's are.
    """
    x = _mid_ranks(counts, np.asarray(model, dtype=np.float64))
    y = _mid_ranks(counts, np.asarray(human, dtype=np.float64))
    middle = (counts.sum(axis=1, keepdims=True) + 1) / 2
    x -= middle
    y -= middle
    weighted = counts * x
    covariance = (weighted * y).sum(axis=1)
    variances = (weighted * x).sum(axis=1) * (counts * y * y).sum(axis=1)
    constant_human = (counts * np.abs(y)).sum(axis=1) == 0
    correlation = np.divide(covariance, np.sqrt(variances), out=np.zeros_like(covariance), where=variances > 0)
    return np.where(constant_human, np.nan, correlation)


def spearman_differences(model: npt.ArrayLike, other: npt.ArrayLike, human: npt.ArrayLike) -> Floats:
    """Return what each of n items adds to the difference of two models' Spearman correlations, (n,): its mean.

    With ranks at mean 0 and variance 1, x and y of the models and h of people, it is h (x - y) - r (x^2 - y^2) / 2, r
    the mean of both correlations: the difference of the influences of the item on either (Devlin, Gnanadesikan &
    Kettenring 1975, "Robust estimation and outlier detection with correlation coefficients"). The second part has mean
    0; without it, items of extreme rank would seem to tell more than they do. It changes sign where the models are
    swapped, so that signs can be permuted. A model that gives every item the same score orders nothing: x is 0.

    Raises
    ------
    ValueError
        If the human scores are constant, or fewer than two.
    """
    people = np.asarray(human, dtype=np.float64)
    if np.unique(people).size < 2:
        raise ValueError("a rank correlation needs at least two items with different human scores")
    h, x, y = (_standard_ranks(np.asarray(scores, dtype=np.float64)) for scores in (people, model, other))
    r = ((h * x).mean() + (h * y).mean()) / 2
    own = x * x - y * y
    return np.asarray(h * (x - y) - r * (own - own.mean()) / 2, dtype=np.float64)


def _standard_ranks(values: Floats) -> Floats:
    """Ranks (n,) at mean 0 and variance 1; 0 where all are the same."""
    ranks = _mid_ranks(np.ones((1, values.size)), values)[0]
    ranks -= ranks.mean()
    deviation = np.sqrt((ranks * ranks).mean())
    return np.asarray(ranks / deviation if deviation > 0 else ranks, dtype=np.float64)


def _mid_ranks(counts: Floats, values: Floats) -> Floats:
    """Rank of each item, (R, n), in each resample; equal values share the mean of their ranks."""
    distinct, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(distinct.size))
    sizes = np.add.reduceat(counts[:, order], starts, axis=1)
    ranks = np.cumsum(sizes, axis=1) - sizes + (sizes + 1) / 2
    return np.asarray(ranks[:, group], dtype=np.float64)
