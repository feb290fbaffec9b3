"""How far one value per word, such as its frequency, goes with others, such as its place along components."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from embedsmith.metrics.similarity import Floats


def rank_correlations(columns: npt.ArrayLike, values: npt.ArrayLike) -> Floats:
    """Spearman's rank correlation of each of the columns with the values, (m,), ties at their mean rank.

    A constant column goes with nothing: its correlation is 0.

    Parameters
    ----------
    columns
        (n, m).
    values
        (n,).

    Raises
    ------
    ValueError
        If the values are constant, or fewer than two: no order to compare with.
    """
    order: Floats = rankdata(np.asarray(values))
    order -= order.mean()
    if order.size < 2 or not order.any():
        raise ValueError("a rank correlation needs at least two items with different values")
    ranks: Floats = rankdata(np.asarray(columns), axis=0)
    ranks -= ranks.mean(axis=0)
    lengths = np.sqrt((ranks * ranks).sum(axis=0) * (order @ order))
    found: Floats = np.divide(order @ ranks, lengths, out=np.zeros(ranks.shape[1]), where=lengths > 0)
    return found


def explained_share(columns: npt.ArrayLike, values: npt.ArrayLike) -> float:
    """R^2 of the least squares fit of the values by the columns and a constant.

    Parameters
    ----------
    columns
        (n, m).
    values
        (n,).

    Raises
    ------
    ValueError
        If the values are constant: there is nothing to explain.
    """
    wanted = np.asarray(values, dtype=np.float64)
    if np.ptp(wanted) == 0:
        raise ValueError("values that are all the same leave nothing to explain")
    wanted = wanted - wanted.mean()
    given = np.asarray(columns, dtype=np.float64)
    given = given - given.mean(axis=0)
    # By a singular value decomposition of the small matrix: components without variance leave one without an inverse.
    slopes = np.linalg.lstsq(given.T @ given, given.T @ wanted, rcond=None)[0]
    rest = wanted - given @ slopes
    return max(0.0, 1 - float(rest @ rest) / float(wanted @ wanted))
