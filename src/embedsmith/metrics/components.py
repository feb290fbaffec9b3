"""Principal components: the directions in which rows vary most."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats

BLOCK = 16384
"""Rows turned to double precision at a time."""


def scatter(rows: npt.NDArray[np.floating], mean: Floats, weights: Floats | None = None) -> Floats:
    """Return the sum over `rows` (n, d) of the products of their values less the `mean` (d,), (d, d).

    Parameters
    ----------
    weights
        (n,) at least 0: how often each row counts; once if there are none.
    """
    total = np.zeros((len(mean), len(mean)))
    roots = None if weights is None else np.sqrt(weights)[:, None]
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK] - mean
        if roots is not None:
            block *= roots[start : start + BLOCK]
        total += block.T @ block
    return total


def eigenvectors(symmetric: Floats) -> tuple[Floats, Floats]:
    """Return the eigenvalues (d,) of `symmetric` (d, d), largest first, and their eigenvectors as rows (d, d).

    The sign of an eigenvector is arbitrary; it is chosen so that the entry of largest magnitude is positive.
    """
    values, vectors = np.linalg.eigh(symmetric)  # ascending
    rows = vectors[:, ::-1].T
    largest = np.abs(rows).argmax(axis=1)
    return values[::-1], rows * np.sign(rows[np.arange(len(rows)), largest])[:, None]


def leading(symmetric: Floats, number: int) -> Floats:
    """Return the eigenvectors of `symmetric` (d, d) of the largest eigenvalues, (number, d), largest first."""
    return eigenvectors(symmetric)[1][:number]


def without(rows: npt.NDArray[np.floating], directions: Floats) -> npt.NDArray[np.floating]:
    """Return `rows` (n, d) projected onto what is orthogonal to the orthonormal `directions` (k, d)."""
    return rows - (rows @ directions.T) @ directions


def group_direction(first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
    """Return the direction in which two groups differ, (d,), of length 1, the first group on its positive side.

    The first principal component of the pairs, each less its own mean (Bolukbasi et al. 2016, "Man is to Computer
    Programmer as Woman is to Homemaker?", section 5.1).

    Parameters
    ----------
    first, second
        (n, d) unit vectors of the words of n pairs.

    Raises
    ------
    ValueError
        If no pair differs.
    """
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if not differences.any():
        raise ValueError("the words of each pair have the same vector")
    direction: Floats = leading(differences.T @ differences, 1)[0]
    return direction if differences.sum(axis=0) @ direction >= 0 else -direction
