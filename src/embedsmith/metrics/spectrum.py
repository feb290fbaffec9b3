"""The spectrum: how the variance of vectors is spread over the principal components. Exact, over all of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.components import eigenvectors, scatter
from embedsmith.metrics.similarity import Floats

BLOCK = 4096
"""Rows turned to double precision at a time: 10 MB of 300 dimensions."""


def covariance(vectors: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> tuple[Floats, Floats]:
    """Mean (d,) and covariance (d, d) of the vectors as they are, each counted as often as its weight says.

    In double precision, of the deviations from the mean: a large common vector costs no digits. The covariance is the
    population's: the weighted mean of the products, without Bessel's correction, which has no one form for weights.

    Parameters
    ----------
    vectors
        (n, d) finite rows, not centred beforehand.
    weights
        (n,) at least 0; all the same if there are none.

    Raises
    ------
    ValueError
        If there are fewer than two rows, or none has a weight.
    """
    rows = np.asarray(vectors)
    n = len(rows)
    if n < 2:
        raise ValueError(f"a variance needs at least two vectors, not {n}")
    shares = np.full(n, 1 / n) if weights is None else normalised(weights)
    mean = weighted_sum(rows, shares)
    return mean, scatter(rows, mean, shares)


def weighted_sum(rows: npt.NDArray[np.floating], weights: Floats) -> Floats:
    """Sum (d,) of the `rows` (n, d), each times its weight, in double precision."""
    total = np.zeros(rows.shape[1])
    for start in range(0, len(rows), BLOCK):
        total += weights[start : start + BLOCK] @ rows[start : start + BLOCK]
    return total


def normalised(weights: npt.ArrayLike) -> Floats:
    """Weights (n,) as shares of their sum.

    Raises
    ------
    ValueError
        If one is negative or not finite, or all are 0.
    """
    values = np.asarray(weights, dtype=np.float64)
    total = float(values.sum())
    if not np.isfinite(total) or (values < 0).any():
        raise ValueError("weights must be finite and at least 0")
    if total == 0:
        raise ValueError("all weights are 0")
    return values / total


def principal(symmetric: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues (d,), largest first, and eigenvectors as rows (d, d) of a matrix without negative eigenvalues."""
    values, vectors = eigenvectors(symmetric)
    return np.clip(values, 0.0, None), vectors


def variance_share(variances: npt.ArrayLike) -> Floats:
    """Share of the whole variance in each component, (d,); all 0 where nothing varies."""
    values = np.asarray(variances, dtype=np.float64)
    total = float(values.sum())
    return values / total if total > 0 else np.zeros_like(values)


def participation_ratio(variances: npt.ArrayLike) -> float:
    """How many components take part in the variance, from 1 (one alone) to d (all evenly); 0 where nothing varies.

    The squared sum of the variances over the sum of their squares (Gao & Ganguli 2015, "On simplicity and complexity
    in the brave new world of large-scale neuroscience"): a linear count of dimensions.
    """
    shares = variance_share(variances)
    squares = float(shares @ shares)
    return 1 / squares if squares > 0 else 0.0


def isoscore(variances: npt.ArrayLike) -> float:
    """IsoScore, from 0 (one direction alone) to 1 (all used evenly).

    Rudman, Gillman, Rayne & Eickhoff 2022, "IsoScore: Measuring the Uniformity of Embedding Space
    Utilization", algorithm 1. It centres the vectors, so centring cannot change it.

    Parameters
    ----------
    variances
        (d,) variances along the principal components, in any order. One dimension is used evenly, 1; vectors
        that do not vary use none, 0.
    """
    values = np.asarray(variances, dtype=np.float64)
    d = values.size
    length = float(np.linalg.norm(values))
    if length == 0:
        return 0.0
    if d == 1:
        return 1.0
    even = np.ones(d)
    defect = np.linalg.norm(values * np.sqrt(d) / length - even) / np.sqrt(2 * (d - np.sqrt(d)))
    used = (d - defect**2 * (d - np.sqrt(d))) ** 2
    return float((used - d) / (d * (d - 1)))
