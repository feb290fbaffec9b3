"""The embedding coherence test, ECT (Dev & Phillips 2019, "Attenuating Bias in Word Vectors", AISTATS)."""

from __future__ import annotations

import numpy as np

from embedsmith.metrics.similarity import Floats, Unit


def group_cosines(neutral: Unit, group: Unit) -> Floats:
    """Cosine of each neutral word with the mean of a group, (n,); 0 with a mean of zero.

    The test is Spearman's correlation of the cosines with two groups: 1 where both see the words in the same order.

    Parameters
    ----------
    neutral, group
        (n, d) and (a, d) vectors of length 1, the group not empty.
    """
    mean = group.mean(axis=0, dtype=np.float64)
    norm = np.linalg.norm(mean)
    return np.asarray(neutral.astype(np.float64) @ (mean / norm if norm else mean), dtype=np.float64)
