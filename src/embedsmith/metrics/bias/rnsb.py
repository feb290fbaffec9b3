"""Relative negative sentiment bias, RNSB (Sweeney & Najafian 2019, "A Transparent Framework...", ACL)."""

from __future__ import annotations

import numpy as np

from embedsmith.metrics.similarity import Floats, Unit

TOLERANCE = 1e-10
"""Where fitting stops: its own default leaves the fourth digit of a score to where it started."""


def negative_probabilities(words: Unit, positive: Unit, negative: Unit) -> Floats:
    """Probability that each of the words is negative, (n,), by logistic regression on words of known sentiment.

    The classifier is that of the paper and of the `wefe` package (L2, C = 1, the intercept regularised too), fitted
    to all sentiment words: nothing is held out, so that nothing is drawn.

    Parameters
    ----------
    words, positive, negative
        (n, d), (a, d) and (b, d) vectors of length 1; the lists are not empty.
    """
    from sklearn.linear_model import LogisticRegression

    known = np.concatenate([positive, negative]).astype(np.float64)
    labels = np.repeat([0, 1], [len(positive), len(negative)])
    fitted = LogisticRegression(solver="liblinear", tol=TOLERANCE, max_iter=10_000, random_state=0).fit(known, labels)
    return np.asarray(fitted.predict_proba(words.astype(np.float64))[:, 1], dtype=np.float64)


def divergence_of_resamples(probabilities: Floats, counts: Floats) -> Floats:
    """Kullback-Leibler divergence from uniform of the normalised probabilities, in nats, of R resamples, (R,).

    0 where every word is as negative as any other.

    Parameters
    ----------
    probabilities
        (n,) above 0, of identity words.
    counts
        (R, n) times that each stands in each resample.
    """
    size = counts.sum(axis=1, keepdims=True)
    shares = probabilities / (counts @ probabilities)[:, None]
    return np.asarray((counts * shares * np.log(shares * size)).sum(axis=1), dtype=np.float64)
