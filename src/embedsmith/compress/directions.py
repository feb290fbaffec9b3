"""Directions and lengths apart: quantisers see rows of one length, since cosines are what is asked of vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float32]


def directions(rows: Rows) -> Rows:
    """Return `rows` (n, d) at length 1; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, np.where(lengths > 0, lengths, 1), dtype=np.float32)


def factors(rows: Rows, decoded: Rows) -> npt.NDArray[np.float32]:
    """Return the factor (n,) of each row of `decoded` (n, d) that brings it nearest to that of `rows`; none below 0.

    The projection <row, decoded> / <decoded, decoded>: it restores the length, and corrects what the quantiser took
    from it.
    """
    squares = np.einsum("nd,nd->n", decoded, decoded)
    products = np.einsum("nd,nd->n", rows, decoded)
    found: npt.NDArray[np.float32] = np.maximum(products, 0) / np.where(squares > 0, squares, np.float32(1))
    return found
