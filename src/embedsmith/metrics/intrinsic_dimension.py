"""Intrinsic dimension: of how many dimensions the surface is on which the vectors lie.

Around a point of a surface of dimension m, the number of others within a distance grows as its m-th power, so that the
logarithms of the ratios of distances to neighbours have mean 1 / m. Levina & Bickel 2004, "Maximum Likelihood
Estimation of Intrinsic Dimension", pooled over the points as by MacKay & Ghahramani 2005 ("Comments" on it). Of the
first two neighbours alone it is TwoNN, Facco, d'Errico, Rodriguez & Laio 2017, "Estimating the intrinsic dimension of
datasets by a minimal neighborhood information", by maximum likelihood instead of a fitted line: near neighbours see
the least of how density and curvature change.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats, Ids


def distances(vectors: npt.NDArray[np.floating], points: Ids, neighbours: Ids) -> Floats:
    """Euclidean distance of each point to each of its neighbours, (n, k), in double precision.

    Parameters
    ----------
    vectors
        (V, d).
    points
        (n,) rows.
    neighbours
        (n, k) rows.
    """
    found = np.empty(neighbours.shape)
    own = vectors[points].astype(np.float64)
    for column, rows in enumerate(neighbours.T):
        apart = own - vectors[rows]
        found[:, column] = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    return found


def intrinsic_dimension(apart: npt.ArrayLike, neighbours: int) -> float:
    """Dimension by maximum likelihood; NaN where all neighbours are equally far, which fits no dimension.

    Parameters
    ----------
    apart
        (n, k) distances to the nearest neighbours of each point, in any order. A copy, of the point (a distance of 0)
        or of another neighbour (the same distance), says nothing of the surface, and is left out.
    neighbours
        Of each point, the nearest that are taken, at least 2: 2 is TwoNN.
    """
    logs = log_ratios(apart, neighbours)
    return float(intrinsic_dimension_of_resamples(logs, np.ones((1, len(logs))))[0])


def log_ratios(apart: npt.ArrayLike, neighbours: int) -> Floats:
    """Of each point, how many ratios of distances it has, and the sum of their logarithms, (n, 2).

    The ratios are those of the farthest of the `neighbours` to each of the nearer ones.
    """
    values = np.asarray(apart, dtype=np.float64)
    ordered = np.sort(values, axis=1)
    distinct = np.diff(ordered, axis=1, prepend=0) > 0
    near = np.sort(np.where(distinct, ordered, np.nan), axis=1)[:, :neighbours]  # NaN last
    farthest = np.fmax.reduce(near, axis=1, keepdims=True)
    number = np.maximum(np.count_nonzero(~np.isnan(near), axis=1) - 1, 0)
    return np.stack([number, np.nansum(np.log(farthest / near), axis=1)], axis=1)


def intrinsic_dimension_of_resamples(logs: Floats, counts: Floats) -> Floats:
    """Dimension of each of R resamples of the points, (R,); NaN where there is none.

    Parameters
    ----------
    logs
        (n, 2) from `log_ratios`.
    counts
        (R, n) times that each point stands in each resample.
    """
    numbers, sums = (counts @ logs).T
    found: Floats = np.divide(numbers, sums, out=np.full(len(numbers), np.nan), where=sums > 0)
    return found
