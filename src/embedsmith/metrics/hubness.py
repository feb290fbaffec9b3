"""Hubness: some words are neighbours of a great many others, and some of none.

Radovanovic, Nanopoulos & Ivanovic 2010, "Hubs in Space: Popular Nearest Neighbors in High-Dimensional Data", JMLR 11.
N_k(x), the k-occurrence of a word x, is how many words have x among their k nearest neighbours. Its mean is k; in a
space of many dimensions it is skewed to the right.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from embedsmith.metrics.similarity import Floats, Ids


def hubness(neighbours: Ids, words: int) -> float:
    """Skewness of N_k over all words, from the neighbours of a sample of them.

    Counts over a sample alone would be skewed by chance: most words would be met once or not at all. So it is the
    moments of N_k over all queries that are estimated, each without bias: of the N (N - 1) ordered pairs of queries
    that have a word as neighbour, those within the sample are a known share, and of triples likewise (U-statistics).
    With all words as queries it is the skewness itself; where every word has the same N_k, 0.

    Parameters
    ----------
    neighbours
        (q, k) rows of the neighbours of each of q different queries, drawn evenly from all words; q at least 3.
    words
        V, how many there are in all.

    Raises
    ------
    ValueError
        For fewer than three queries.
    """
    if len(neighbours) < 3:
        raise ValueError(f"a skewness needs the neighbours of at least three words, not {len(neighbours)}")
    return float(hubness_of_resamples(neighbours, words, np.ones((1, len(neighbours))))[0])


def hubness_of_resamples(neighbours: Ids, words: int, counts: Floats) -> Floats:
    """Skewness of N_k of each of R resamples of the queries, (R,); NaN for one of fewer than three different queries.

    A query that is drawn twice makes no pair with itself: two queries are needed for one.

    Parameters
    ----------
    neighbours, words
        As of `hubness`.
    counts
        (R, q) times that each query stands in each resample.
    """
    pairs, triples = _tuples(counts, neighbours)
    all_pairs, all_triples = (each[:, 0] for each in _symmetric(*(_power_sum(counts, power) for power in (1, 2, 3))))
    with np.errstate(divide="ignore", invalid="ignore"):
        first = float(neighbours.shape[1])
        second = pairs / all_pairs * (words - 1)  # mean of N (N - 1)
        third = triples / all_triples * (words - 1) * (words - 2)  # and of N (N - 1) (N - 2)
    square, cube = second + first, third + 3 * second + first
    variance = square - first**2
    skewed = cube - 3 * first * square + 2 * first**3
    varies = variance > 1e-9 * square
    skewness = np.divide(skewed, np.where(varies, variance, 1) ** 1.5, out=np.zeros_like(skewed), where=varies)
    return np.where(np.isnan(skewed), np.nan, skewness)


def _tuples(counts: Floats, neighbours: Ids) -> tuple[Floats, Floats]:
    """Return the ordered pairs and triples of different queries with a common neighbour, over all words, (R,) each."""
    _, column, times = np.unique(neighbours.ravel(), return_inverse=True, return_counts=True)
    shared = times > 1  # another word is part of no pair
    line = np.repeat(np.arange(len(neighbours)), neighbours.shape[1])
    kept = shared[column]
    place = (np.cumsum(shared) - 1)[column[kept]]
    has = csr_array((np.ones(place.size), (place, line[kept])), shape=(int(shared.sum()), len(neighbours)))
    sums = (has @ np.ascontiguousarray((counts**power).T) for power in (1, 2, 3))
    pairs, triples = _symmetric(*sums)
    return pairs.sum(axis=0), triples.sum(axis=0)


def _power_sum(counts: Floats, power: int) -> Floats:
    return np.asarray((counts**power).sum(axis=1, keepdims=True), dtype=np.float64)


def _symmetric(one: Floats, two: Floats, three: Floats) -> tuple[Floats, Floats]:
    """Return the sums of products of two and of three different values, in any order, from power sums (Newton)."""
    return one * one - two, one**3 - 3 * one * two + 2 * three


def unreached(neighbours: Ids, words: int) -> npt.NDArray[np.bool_]:
    """Say of each of the `words` whether it is an antihub, (words,): in nobody's `neighbours` (words, k)."""
    alone = np.ones(words, dtype=np.bool_)
    alone[neighbours] = False
    return alone
