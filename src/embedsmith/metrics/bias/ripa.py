"""Relational inner product association, RIPA (Ethayarajh, Duvenaud & Hirst 2019, ACL)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats


def inner_products(words: npt.NDArray[np.float32], relation: Floats) -> Floats:
    """Inner product of each word with the relation, (n,): above 0 where it goes with the first of each pair.

    Words are taken as they are, for the paper holds that a cosine hides how much of a long vector lies along the
    relation: sizes are comparable within one space. The relation is one of all pairs, their `pair_direction`; the
    `wefe` package has no principal component and takes the mean over pairs, each a relation of its own, which is
    `inner_products(words, pair_directions(first, second).mean(axis=0))`.

    Parameters
    ----------
    words
        (n, d) vectors as they are.
    relation
        (d,) of length 1, from vectors as they are; or 0.
    """
    return np.asarray(words.astype(np.float64) @ relation, dtype=np.float64)
