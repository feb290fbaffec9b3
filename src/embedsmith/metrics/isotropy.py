"""Isotropy: how evenly vectors use the directions of their space. Exact, over the whole vocabulary."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats, Unit

BLOCK = 16384
"""Rows turned to double precision at a time."""


def mean_cosine(unit_rows: Unit) -> float:
    """Mean cosine over all pairs of different rows; 0 would be isotropic.

    In closed form: the squared norm of the sum of the unit vectors is the sum over all pairs, of which each
    row's pair with itself is taken off. A zero row has cosine 0 with all.

    Parameters
    ----------
    unit_rows
        (n, d) rows of length 1 or 0.

    Raises
    ------
    ValueError
        If there are fewer than two rows.
    """
    n = len(unit_rows)
    if n < 2:
        raise ValueError(f"a mean over pairs needs at least two vectors, not {n}")
    total = unit_rows.sum(axis=0, dtype=np.float64)
    own = np.einsum("ij,ij->", unit_rows, unit_rows, dtype=np.float64)
    return float((total @ total - own) / (n * (n - 1)))


def eigenvalues(vectors: npt.ArrayLike) -> Floats:
    """Variances along the principal components, (d,), largest first.

    Parameters
    ----------
    vectors
        (n, d) finite rows, not centred beforehand.

    Raises
    ------
    ValueError
        If there are fewer than two rows.
    """
    rows = np.asarray(vectors)
    n, d = rows.shape
    if n < 2:
        raise ValueError(f"a variance needs at least two vectors, not {n}")
    mean = rows.mean(axis=0, dtype=np.float64)
    scatter = np.zeros((d, d))
    for start in range(0, n, BLOCK):
        block = rows[start : start + BLOCK] - mean
        scatter += block.T @ block
    return np.clip(np.linalg.eigvalsh(scatter / (n - 1))[::-1], 0.0, None)


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


def variance_share(variances: npt.ArrayLike) -> Floats:
    """Share of the whole variance in each component, (d,); all 0 where nothing varies."""
    values = np.asarray(variances, dtype=np.float64)
    total = float(values.sum())
    return values / total if total > 0 else np.zeros_like(values)
