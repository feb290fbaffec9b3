"""What remains of a bias once it is said to be removed (Gonen & Goldberg 2019, "Lipstick on a Pig", NAACL).

The words that leaned to one group and those that leaned to the other, before: whether they still lie apart, and
whether a classifier still tells them from each other.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.neighbours import nearest
from embedsmith.metrics.similarity import Floats, Ids, Unit

Labels = npt.NDArray[np.bool_]


def most_biased(projections: Floats, number: int) -> tuple[Ids, Ids]:
    """Places of the `number` largest and of the `number` smallest projections (n,), the farthest first.

    Of equal ones, the first in order are taken. Where there are fewer than twice as many, half of them each.
    """
    number = min(number, projections.size // 2)
    order = np.argsort(-projections, kind="stable")
    return order[:number], order[::-1][:number]


def clustered(vectors: Unit, labels: Labels, seed: int) -> Floats:
    """1 for each word that 2-means puts with its own group, 0 for another, (n,).

    The clusters have no names: they are matched with the groups in the better of the two ways, so that chance is
    a little above one half.

    Parameters
    ----------
    vectors
        (n, d), n at least 2.
    labels
        (n,) whether a word leaned to the first group.
    """
    from sklearn.cluster import KMeans

    if not (vectors != vectors[0]).any():
        return np.asarray(labels == labels[0], dtype=np.float64)  # one point: one cluster
    found = KMeans(2, n_init=10, random_state=seed).fit_predict(vectors.astype(np.float64))
    right = (found == 1) == labels
    return np.asarray(right if right.mean() >= 0.5 else ~right, dtype=np.float64)


def probed(vectors: Unit, labels: Labels, kind: Literal["linear", "nonlinear"], folds: int, seed: int) -> Floats:
    """1 for each word whose group a classifier tells from the words of the other folds, 0 for another, (n,).

    Linear: logistic regression; non-linear: a support vector machine with RBF kernel. The vectors are centred and
    scaled as a whole, to a mean variance of 1: no direction counts more for it, and the scale of a space does not.

    Parameters
    ----------
    vectors
        (n, d).
    labels
        (n,) whether a word leaned to the first group; at least `folds` of each.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.svm import SVC

    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    spread = centred.std()
    scaled = centred / spread if spread else centred
    classifier = LogisticRegression(max_iter=1000) if kind == "linear" else SVC(kernel="rbf", gamma="scale")
    parts = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return np.asarray(cross_val_predict(classifier, scaled, labels, cv=parts) == labels, dtype=np.float64)


def first_group_share(unit_rows: Unit, queries: Ids, first: Labels, k: int) -> Floats:
    """Share of the `k` nearest neighbours of each query that leaned to the first group, (n,).

    Parameters
    ----------
    unit_rows
        (V, d) vectors of length 1.
    queries
        (n,) rows.
    first
        (V,) whether a row leaned to the first group.
    """
    rows = nearest(unit_rows, queries, queries, k, np.empty(0, dtype=np.int64))
    known = rows >= 0
    found = (first[rows] & known).sum(axis=1)
    return np.asarray(found / np.maximum(known.sum(axis=1), 1), dtype=np.float64)


def correlation_of_resamples(x: Floats, y: Floats, counts: Floats) -> Floats:
    """Pearson's correlation of x and y (n,) in each of R resamples (R, n), (R,); 0 where one of them is constant."""
    size = counts.sum(axis=1, keepdims=True)
    dx, dy = (values - counts @ values[:, None] / size for values in (x, y))
    covariance, of_x, of_y = ((counts * one * other).sum(axis=1) for one, other in ((dx, dy), (dx, dx), (dy, dy)))
    spread = np.sqrt(of_x * of_y)
    varies = spread > 1e-12 * size[:, 0]
    correlations: Floats = np.zeros_like(covariance)
    np.divide(covariance, spread, out=correlations, where=varies)
    return correlations
