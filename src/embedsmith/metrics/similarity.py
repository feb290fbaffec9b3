"""Similarity and analogies: what the geometry of an embedding says of pairs and fours of words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Unit = npt.NDArray[np.float32]

ROWS = 1024
"""Rows scaled at a time: 2 MB in double precision."""
BLOCK = 64
"""Questions answered at a time,"""
SLICE = 8192
"""and the part of the vocabulary searched at a time: their scores stay in the processor's cache."""
EPSILON = 0.001
"""What keeps 3CosMul from dividing by 0 (Levy & Goldberg 2014)."""


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


def three_cos(unit_rows: Unit, a: Ids, b: Ids, c: Ids) -> tuple[Ids, Ids]:
    """Answer "a is to b as c is to ?" over the whole vocabulary, by 3CosAdd and by 3CosMul.

    3CosAdd is the row nearest to b - a + c (Mikolov, Yih & Zweig 2013, "Linguistic Regularities in Continuous Space
    Word Representations"). 3CosMul is that of the greatest cos(x, b) cos(x, c) / (cos(x, a) + epsilon), cosines shifted
    to lie between 0 and 1, by which no one of the three outweighs the others (Levy & Goldberg 2014, "Linguistic
    Regularities in Sparse and Explicit Word Representations"). The three input words are never the answer.
    Of equal rows the first wins.

    Parameters
    ----------
    unit_rows
        (V, d) unit vectors, V at least 4.
    a, b, c
        (n,) rows of the input words.

    Returns
    -------
    (n,) rows of the answers, by each.
    """
    # Questions share few words (15,000 of the Google set use 800): cosines of these with the vocabulary, added or
    # multiplied, cost far less than a product of every question with it. Slices of the vocabulary keep them in cache.
    words, places = np.unique(np.stack([a, b, c]), return_inverse=True)
    place = places.reshape(3, a.size)
    order = np.lexsort(place[:2])  # what share a and b beside each other: these are subtracted or divided once for all
    place, ids = place[:, order], np.stack([a, b, c])[:, order]
    answers = np.zeros((2, a.size), dtype=np.int64)
    best = np.full((2, a.size), -np.inf, dtype=np.float32)
    for first in range(0, len(unit_rows), SLICE):
        cosines = unit_rows[words] @ unit_rows[first : first + SLICE].T
        shifted = (1 + cosines) / 2
        for block in _blocks(place):
            of_a, of_b, of_c = place[0, block.start], place[1, block.start], place[2, block]
            scores, products = cosines[of_c], shifted[of_c]
            scores += cosines[of_b] - cosines[of_a]
            products *= shifted[of_b] / (shifted[of_a] + np.float32(EPSILON))
            for measure, found in enumerate((scores, products)):
                _exclude(found, ids[:, block] - first)
                nearest = found.argmax(axis=1)
                top = found[np.arange(len(found)), nearest]
                better = np.flatnonzero(top > best[measure, block])
                answers[measure, block][better] = nearest[better] + first
                best[measure, block][better] = top[better]
    answers[:, order] = answers.copy()
    return answers[0], answers[1]


def _blocks(place: Ids) -> Iterator[slice]:
    """Yield the questions in blocks that share a and b, of their sorted places (3, n)."""
    n = place.shape[1]
    new = np.flatnonzero((place[:2, 1:] != place[:2, :-1]).any(axis=0)) + 1
    for start, end in pairwise([0, *new.tolist(), n]) if n else ():
        yield from (slice(begin, min(begin + BLOCK, end)) for begin in range(start, end, BLOCK))


def _exclude(scores: Unit, columns: Ids) -> None:
    """Make the `columns` (3, n) of its own words no answer to a question, where they lie in this slice."""
    for which, question in zip(*np.nonzero((columns >= 0) & (columns < scores.shape[1])), strict=True):
        scores[question, columns[which, question]] = -np.inf
