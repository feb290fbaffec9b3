"""Relative norm distance, RND (Garg, Schiebinger, Jurafsky & Zou 2018, PNAS 115(16):E3635-E3644)."""

from __future__ import annotations

import numpy as np

from embedsmith.metrics.similarity import Floats, Unit


def relative_norm_distances(neutral: Unit, first: Unit, second: Unit) -> Floats:
    """Distance of each neutral word from the mean of the first group less that from the mean of the second, (n,).

    Above 0, the word is nearer to the second group. The paper sums over the words; their mean, as the `wefe` package
    has it, does not grow with the list.

    Parameters
    ----------
    neutral, first, second
        (n, d), (a, d) and (b, d) vectors of length 1, as in the paper; the groups are not empty.
    """
    words = neutral.astype(np.float64)
    near, far = (np.linalg.norm(words - group.mean(axis=0, dtype=np.float64), axis=1) for group in (first, second))
    return np.asarray(near - far, dtype=np.float64)
