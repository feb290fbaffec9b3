"""Positive pointwise mutual information: how much more often than by chance two words stand near each other."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from embedsmith.model.cooccurrence import Counts

Sparse: TypeAlias = "csr_array[np.float32, tuple[int, int]]"
Floats = npt.NDArray[np.float64]


def thin(counts: Counts, shares: Floats) -> None:
    """Thin out `counts` (V, V), in place: what is expected of them if only `shares` (V,) of each word stay."""
    counts.data *= np.repeat(shares, np.diff(counts.indptr))
    counts.data *= shares[counts.indices]


def ppmi(counts: Counts, *, smoothing: float, shift: float) -> Sparse:
    r"""Return the shifted positive PMI of words, the rows, and contexts, the columns of `counts` (V, V).

    :math:`\max(0, \log \frac{P(w, c)}{P(w) P_\alpha(c)} - \log k)`, where :math:`P_\alpha(c)` is proportional to the
    count of c to the power of the smoothing :math:`\alpha`, which takes from rare contexts the large values that they
    would have by chance, and k is the shift: Levy, Goldberg & Dagan (2015), "Improving distributional similarity with
    lessons learned from word embeddings", sections 3.1 and 3.2.

    Parameters
    ----------
    counts
        Above 0 wherever an entry is stored.

    Returns
    -------
    (V, V), float32, with the positive entries alone.
    """
    rows: Floats = counts.sum(axis=1)
    columns: Floats = counts.sum(axis=0)
    smoothed = columns**smoothing
    of_column = np.log(smoothed.sum()) - _logs(smoothed) - np.log(shift)
    values = np.log(counts.data)
    values -= np.repeat(_logs(rows), np.diff(counts.indptr))
    values += of_column[counts.indices]
    positive = values > 0
    bounds = np.concatenate([[0], np.cumsum(positive, dtype=np.int64)])[counts.indptr]
    return csr_array(
        (values[positive].astype(np.float32), counts.indices[positive], bounds),
        shape=counts.shape,
    )


def _logs(sums: Floats) -> Floats:
    """Return the logarithms of `sums`; 0 for a sum of 0, which no entry refers to."""
    return np.log(sums, where=sums > 0, out=np.zeros_like(sums))
