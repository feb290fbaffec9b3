"""How far two embeddings of the same words agree, whatever their dimensions and coordinates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats, Ids, Unit, cosine

BLOCK = 2048
"""Rows turned to double precision at a time."""


def reconstruction_error(vectors: npt.NDArray[np.float32], variant: npt.NDArray[np.float32]) -> float:
    """Relative error of `vectors` as the best affine map gives them back from `variant`: 0 if it loses nothing.

    The Frobenius norm of what the map, found by least squares, leaves of the vectors, divided by the norm of the
    vectors less their mean; the square root of 1 - R^2. A variant that keeps the coordinates has the map that changes
    nothing, so that this is its own error but for scale and shift; one in other coordinates (principal components, a
    projection) has the map that undoes them. 1 is what the mean alone would leave.

    Parameters
    ----------
    vectors
        (n, d).
    variant
        (n, d') of the same words.

    Raises
    ------
    ValueError
        If the vectors are all the same: there is nothing to reconstruct.
    """
    means = [rows.mean(axis=0, dtype=np.float64) for rows in (vectors, variant)]
    squares = np.zeros((variant.shape[1], variant.shape[1]))
    products = np.zeros((variant.shape[1], vectors.shape[1]))
    for rows, own in _centred(vectors, variant, *means):
        squares += own.T @ own
        products += own.T @ rows
    # By a singular value decomposition: decoded rows of a low rank leave a matrix without an inverse.
    affine = np.linalg.lstsq(squares, products, rcond=None)[0]
    left = whole = 0.0
    for rows, own in _centred(vectors, variant, *means):
        whole += float(np.vdot(rows, rows))
        rows -= own @ affine
        left += float(np.vdot(rows, rows))
    if whole == 0:
        raise ValueError("the vectors are all the same; there is nothing to reconstruct")
    return float(np.sqrt(left / whole))


def cosine_correlation(unit_rows: Unit, variant: Unit, left: Ids, right: Ids) -> float:
    """Pearson's correlation of the cosines of n pairs of words in two spaces; 0 where either's are all the same.

    Parameters
    ----------
    unit_rows, variant
        (V, d) and (V, d') unit vectors of the same words.
    left, right
        (n,) rows of the pairs.
    """
    one, other = (_cosines(rows, left, right) for rows in (unit_rows, variant))
    one, other = one - one.mean(), other - other.mean()
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths > 0 else 0.0


def _cosines(unit_rows: Unit, left: Ids, right: Ids) -> Floats:
    parts = [
        cosine(unit_rows, left[start : start + BLOCK], right[start : start + BLOCK])
        for start in range(0, len(left), BLOCK)
    ]
    return np.concatenate(parts)


def _centred(
    vectors: npt.NDArray[np.float32], variant: npt.NDArray[np.float32], mean: Floats, own_mean: Floats
) -> Iterator[tuple[Floats, Floats]]:
    for start in range(0, len(vectors), BLOCK):
        block = slice(start, start + BLOCK)
        yield vectors[block] - mean, variant[block] - own_mean
