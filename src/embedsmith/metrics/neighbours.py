"""Neighbours by cosine: where a given word stands among them, how many two words share, how many a word keeps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats, Ids, Unit

BLOCK = 64
"""Words whose cosines with the whole vocabulary are held at a time: 12 MB of 45,000 words."""
GROUP = 64
"""Rows of which the largest cosine is taken first, to see which are worth a closer look."""


def ranks(unit_rows: Unit, queries: Ids, targets: Ids) -> Floats:
    """Rank of each target among all neighbours of its query, (n,), 1 for the nearest.

    The query itself is no neighbour. Words of the same cosine share the mean of their ranks, so that a zero vector,
    to which all are alike, finds nothing by the order of the vocabulary.

    Parameters
    ----------
    unit_rows
        (V, d) unit vectors.
    queries, targets
        (n,) rows, `queries[i]` another than `targets[i]`.
    """
    found = np.empty(queries.size)
    for start in range(0, queries.size, BLOCK):
        block = slice(start, start + BLOCK)
        cosines = unit_rows[queries[block]] @ unit_rows.T
        lines = np.arange(len(cosines))
        wanted = cosines[lines, targets[block], None]
        cosines[lines, queries[block]] = -np.inf
        nearer = np.count_nonzero(cosines > wanted, axis=1)
        equal = np.count_nonzero(cosines == wanted, axis=1)  # the target among them
        found[block] = nearer + (equal + 1) / 2
    return found


def overlap(unit_rows: Unit, left: Ids, right: Ids, k: int, left_out: Ids) -> Floats:
    """Share of the `k` nearest neighbours of `left[i]` that are among those of `right[i]` too, (n,).

    A zero vector has no neighbours, and shares none.

    Parameters
    ----------
    unit_rows
        (V, d) unit vectors.
    left, right
        (n,) rows. Neither of a pair is a neighbour of the other.
    left_out
        Rows that are nobody's neighbour.
    """
    return shared(nearest(unit_rows, left, right, k, left_out), nearest(unit_rows, right, left, k, left_out))


def shared(left: Ids, right: Ids) -> Floats:
    """Share of the neighbours `left[i]` that are among `right[i]` too, (n,).

    Parameters
    ----------
    left, right
        (n, k) rows, none of them twice in a line; below 0 where there is no neighbour.
    """
    both = (left[:, :, None] == right[:, None, :]) & (left >= 0)[:, :, None]
    return np.asarray(both.sum(axis=(1, 2)) / left.shape[1], dtype=np.float64)


def nearest(unit_rows: Unit, queries: Ids, partners: Ids, k: int, left_out: Ids) -> Ids:
    """Rows of the `k` nearest neighbours of each query, (n, k), in no order; -1 for each of which there is none.

    A zero vector has none.

    Parameters
    ----------
    unit_rows
        (V, d) unit vectors.
    queries, partners
        (n,) rows. Neither `queries[i]` nor `partners[i]`, which may be the same, is a neighbour of `queries[i]`.
    left_out
        Rows that are nobody's neighbour.
    """
    found: npt.NDArray[np.int64] = np.full((queries.size, k), -1)
    width = min(k, len(unit_rows))
    for start in range(0, queries.size, BLOCK):
        block = slice(start, start + BLOCK)
        cosines = unit_rows[queries[block]] @ unit_rows.T
        lines = np.arange(len(cosines))
        cosines[lines, queries[block]] = -np.inf
        cosines[lines, partners[block]] = -np.inf
        cosines[:, left_out] = -np.inf
        cosines[~unit_rows[queries[block]].any(axis=1)] = -np.inf
        rows = np.argpartition(-cosines, width - 1, axis=1)[:, :width]
        reached = np.take_along_axis(cosines, rows, axis=1) > -np.inf
        found[block, :width] = np.where(reached, rows, -1)
    return found


def k_nearest(unit_rows: Unit, queries: Ids, k: int) -> Ids:
    """Rows of the `k` nearest neighbours of each query, nearest first, (n, k); of equal ones the lower row.

    Every row is compared, so that they are exact, but few are sorted: the k-th of the largest of groups of rows is no
    larger than the k-th of all, and few rows reach it.

    Parameters
    ----------
    unit_rows
        (V, d) unit vectors, none of them zero.
    queries
        (n,) rows; none is its own neighbour.
    k
        At most V - 1.
    """
    found = np.empty((queries.size, k), dtype=np.int64)
    groups = len(unit_rows) // GROUP
    for start in range(0, queries.size, BLOCK):
        block = queries[start : start + BLOCK]
        cosines = unit_rows[block] @ unit_rows.T
        cosines[np.arange(len(block)), block] = -np.inf
        reached = np.full(len(block), -np.inf, dtype=np.float32)
        if groups >= k:
            largest = cosines[:, : groups * GROUP].reshape(len(block), GROUP, groups).max(axis=1)
            reached = np.partition(largest, groups - k, axis=1)[:, groups - k]
        for place, (values, least) in enumerate(zip(cosines, reached, strict=True), start):
            near = np.flatnonzero(values >= least)
            found[place] = near[np.argsort(-values[near], kind="stable")[:k]]
    return found
