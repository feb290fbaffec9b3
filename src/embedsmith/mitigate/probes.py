"""Probes: how well a classifier tells the side of words from their vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.metrics.similarity import Ids, Unit


@dataclass(frozen=True)
class Accuracy:
    """Share of held-out words whose side probes tell; 0.5 is chance, for the sides are of one size."""

    linear: float
    nonlinear: float


@dataclass(frozen=True)
class Split:
    """Which words a probe learns from, which decide when it is good enough, and which judge it.

    Attributes
    ----------
    train, validation, test
        (2, n) places of the words: a row for each side.
    """

    train: Ids
    validation: Ids
    test: Ids

    @classmethod
    def draw(cls, number: int, held_out: float, seed: int) -> Split:
        """Divide `number` words of either side: a `held_out` part for the test, and of the others one to validate."""
        random = np.random.default_rng(seed)
        places = np.stack([random.permutation(number) + side * number for side in range(2)])
        tested = max(1, round(held_out * number))
        validated = max(1, round(held_out * (number - tested)))
        return cls(places[:, tested + validated :], places[:, tested : tested + validated], places[:, :tested])


def linear(rows: Unit, train: Ids) -> Any:
    """Return a linear support vector machine that tells the sides of the rows at `train` (2, n)."""
    from sklearn.svm import LinearSVC

    return _fitted(LinearSVC(C=1.0, dual=False), rows, train)


def nonlinear(rows: Unit, train: Ids) -> Any:
    """Return the same with Gaussian kernels."""
    from sklearn.svm import SVC

    return _fitted(SVC(C=1.0, kernel="rbf", gamma="scale"), rows, train)


def accuracy(probe: Any, rows: Unit, places: Ids) -> float:
    """Return the share of the rows at `places` (2, n) whose side `probe` tells."""
    with threadpool_limits(1):
        return float(probe.score(rows[places.ravel()], _sides(places)))


def accuracies(rows: Unit, split: Split) -> Accuracy:
    """Return what fresh probes tell of the rows that are held out."""
    both = (accuracy(fit(rows, split.train), rows, split.test) for fit in (linear, nonlinear))
    return Accuracy(*both)


def _fitted(probe: Any, rows: Unit, train: Ids) -> Any:
    with threadpool_limits(1):  # how BLAS divides a product among threads shows in the last bits
        return probe.fit(rows[train.ravel()].astype(np.float64), _sides(train))


def _sides(places: Ids) -> Ids:
    return np.repeat([0, 1], places.shape[1])
