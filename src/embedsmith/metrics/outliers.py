"""Outlier detection: whether the word that does not belong to a group is the one farthest from it."""

from __future__ import annotations

import numpy as np

from embedsmith.metrics.similarity import Unit


def outlier_position(members: Unit, outlier: Unit) -> int:
    """Position of an outlier among a group's n members and itself, from 0 to n: n if it is told from all of them.

    Words are ordered by the compactness of the group without them, the mean cosine of all pairs of what is left: it is
    greatest without the word that belongs least (Camacho-Collados & Navigli 2016, "Find the word that does not belong",
    section 2). A member that fits as badly as the outlier stands after it.

    Parameters
    ----------
    members
        (n, d) unit vectors.
    outlier
        (d,) unit vector.
    """
    rows = np.concatenate([members, outlier[None]]).astype(np.float64)
    # Compactness without a word is that of all, less its cosines with the others: these alone are compared.
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, 0)
    near = cosines.sum(axis=1)
    return int(np.count_nonzero(near[:-1] > near[-1] + 1e-12))
