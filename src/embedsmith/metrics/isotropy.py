"""Isotropy: how evenly vectors point to all sides of their space. Exact, over the whole vocabulary."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats, Unit
from embedsmith.metrics.spectrum import normalised, weighted_sum

BLOCK = 1024
"""Rows projected at a time: their projections, 1 MB of 300 directions, stay in the processor's cache."""


def mean_cosine(unit_rows: Unit, weights: npt.ArrayLike | None = None) -> float:
    """Mean cosine over all pairs of different rows; 0 would be isotropic.

    In closed form: the squared norm of the sum of the unit vectors is the sum over all pairs, of which each
    row's pair with itself is taken off. A zero row has cosine 0 with all.

    Parameters
    ----------
    unit_rows
        (n, d) rows of length 1 or 0.
    weights
        (n,) at least 0: how often each word is met. A pair counts by the product of its weights, as two words drawn
        from running text do once they differ; all pairs count the same if there are none.

    Raises
    ------
    ValueError
        If there are fewer than two rows, or fewer than two with a weight.
    """
    n = len(unit_rows)
    if n < 2:
        raise ValueError(f"a mean over pairs needs at least two vectors, not {n}")
    shares = np.full(n, 1 / n) if weights is None else normalised(weights)
    squares = shares * shares
    if np.count_nonzero(squares) < 2:
        raise ValueError("a mean over pairs needs at least two vectors with a weight")
    total = weighted_sum(unit_rows, shares)
    own = squares @ np.einsum("ij,ij->i", unit_rows, unit_rows, dtype=np.float64)
    return float((total @ total - own) / (1 - squares.sum()))


def partition_isotropy(vectors: npt.NDArray[np.floating], directions: Floats) -> float:
    """How far the partition function is the same to all sides, from 0 to 1: its minimum over its maximum.

    The partition function of a direction c of length 1 is Z(c), the sum of exp(c . v) over all vectors v. Mu &
    Viswanath 2018, "All-but-the-Top: Simple and Effective
    Postprocessing for Word Representations": the extremes are sought over the eigenvectors of V'V, here over both
    directions of each, for the sign of an eigenvector is arbitrary. The paper takes the vectors at the lengths that
    they have, and so does this: longer vectors of the same directions are less isotropic by it.

    Parameters
    ----------
    vectors
        (n, d) rows, neither centred nor scaled.
    directions
        (m, d) of length 1: the eigenvectors of the matrix of second moments.
    """
    towards = np.asarray(directions.T, dtype=np.float32)
    ahead, behind = np.full(len(directions), -np.inf), np.full(len(directions), -np.inf)
    for start in range(0, len(vectors), BLOCK):
        projected = np.asarray(vectors[start : start + BLOCK], dtype=np.float32) @ towards
        ahead = np.logaddexp(ahead, _log_sum_exp(projected))
        behind = np.logaddexp(behind, _log_sum_exp(-projected))
    logs = np.concatenate([ahead, behind])
    return float(np.exp(logs.min() - logs.max()))


def _log_sum_exp(columns: npt.NDArray[np.float32]) -> Floats:
    """Logarithm of the sum of the exponentials of each column; no column is too large to have one."""
    largest = columns.max(axis=0)
    sums = np.exp(columns - largest).sum(axis=0, dtype=np.float64)
    return np.asarray(largest + np.log(sums), dtype=np.float64)
