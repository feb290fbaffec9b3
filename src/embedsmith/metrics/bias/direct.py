"""Direct bias (Bolukbasi, Chang, Zou, Saligrama & Kalai 2016, "Man is to Computer Programmer as...", NeurIPS)."""

from __future__ import annotations

import numpy as np

from embedsmith.metrics.similarity import Floats, Unit


def direct_biases(neutral: Unit, direction: Floats, strictness: float) -> Floats:
    """|cos(w, g)|^c of each neutral word, (n,), whose mean is the direct bias (section 5.2).

    Parameters
    ----------
    neutral
        (n, d) vectors of length 1.
    direction
        (d,) of length 1, or 0: `direction.pair_direction` of the defining pairs, their vectors of length 1.
    strictness
        c: at 1, words count by how far they lean; towards 0, that they lean at all.
    """
    return np.asarray(np.abs(neutral.astype(np.float64) @ direction) ** strictness, dtype=np.float64)
