"""Multinomial logistic regression. scikit-learn takes a second to import: import this where it is fitted."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from embedsmith.metrics.similarity import Floats, Ids


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """C by which the squares of the weights weigh 1 / C, and when fitting ends."""

    inverse_penalty: float
    iterations: int
    tolerance: float

    def answers(self, vectors: Floats, labels: Ids, asked: Floats) -> Ids:
        """Fit to the labels (n,) of `vectors` (n, d), and return the answers to those `asked` (T, d).

        Each dimension is scaled so that `vectors` have mean 0 and deviation 1 in it: the penalty weighs alike then,
        whatever the scale of the vectors. A row of NaN is asked as the mean. Of one label there is one answer.
        """
        if np.unique(labels).size < 2:
            return np.full(len(asked), labels[0] if labels.size else -1, dtype=np.int64)
        mean, deviation = vectors.mean(axis=0), vectors.std(axis=0)
        scale = np.where(deviation > 0, deviation, 1)
        model = LogisticRegression(C=self.inverse_penalty, max_iter=self.iterations, tol=self.tolerance)
        with warnings.catch_warnings():  # the number of iterations is a setting
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit((vectors - mean) / scale, labels)
        return np.asarray(model.predict(np.nan_to_num((asked - mean) / scale)), dtype=np.int64)
