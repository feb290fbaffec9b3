"""The direction in which pairs of words differ, such as that from "he" to "she"."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats

Vectors = npt.NDArray[np.float32]


def pair_direction(first: Vectors, second: Vectors) -> Floats:
    """Return the first principal component of p pairs of words, (d,), of length 1, pointing to the first of each.

    That of the words about the middle of their pairs (Bolukbasi et al. 2016, section 5.1), or what is the same, that
    of the differences about 0 (Ethayarajh et al. 2019): of one pair it is its own difference. Where no pair differs,
    it is 0.

    Parameters
    ----------
    first, second
        (p, d) vectors of the pairs, p at least 1.
    """
    differences = first.astype(np.float64) - second
    component = np.linalg.svd(differences, full_matrices=False)[2][0]
    return np.asarray(component * np.sign(differences.sum(axis=0) @ component), dtype=np.float64)


def pair_directions(first: Vectors, second: Vectors) -> Floats:
    """Return the direction of each pair by itself, (p, d), of length 1; 0 where its words are the same."""
    differences = first.astype(np.float64) - second
    norms = np.linalg.norm(differences, axis=1, keepdims=True)
    directions: Floats = np.zeros_like(differences)
    np.divide(differences, norms, out=directions, where=norms > 0)
    return directions
