"""Mean average cosine distance, MAC (Manzini, Lim, Tsvetkov & Black 2019, "Black is to Criminal...", NAACL)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embedsmith.metrics.similarity import Floats, Unit


def mean_cosine_distances(targets: Unit, attributes: Sequence[Unit]) -> Floats:
    """Mean cosine distance of each target from the attributes, (n,): of each list first, then of the lists.

    MAC is their mean: 1 where targets and attributes have nothing to do with each other. It is told in the paper
    as a similarity, and computed there, and in the `wefe` package, as this distance.

    Parameters
    ----------
    targets
        (n, d) vectors of length 1 of the words of all groups.
    attributes
        Lists of attributes, each (m, d) vectors of length 1, not empty.
    """
    means = np.stack([words.mean(axis=0, dtype=np.float64) for words in attributes])
    return np.asarray(1 - (targets.astype(np.float64) @ means.T).mean(axis=1), dtype=np.float64)
