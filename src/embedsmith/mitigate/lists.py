"""Words of groups, as rows of an embedding."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from embedsmith.config.words import Words
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.metrics.components import group_direction
from embedsmith.metrics.similarity import Floats, Ids, unit

PAIRS = 2
"""Definitional pairs that a direction needs: one pair differs in more than its group."""


def known(embedding: Embedding, words: Iterable[str]) -> Ids:
    """Return the rows of those of `words` that are in the vocabulary, in their order."""
    found = embedding.find(words)
    return found[found >= 0]


def definitional(embedding: Embedding, words: Words, link: str) -> Ids:
    """Return the rows of the definitional pairs of which both words are known, (2, n).

    Raises
    ------
    InputError
        If they are fewer than two; `link` says who asks.
    """
    found = np.stack([embedding.find(side) for side in zip(*words.definitional, strict=True)] or np.zeros((2, 0), int))
    pairs: Ids = found[:, (found >= 0).all(axis=0)]
    if pairs.shape[1] < PAIRS:
        raise InputError(
            f"{link}: the vocabulary has both words of {pairs.shape[1]} of {len(words.definitional)} definitional pairs;"
            f" {PAIRS} are needed: train on more text, or list other pairs"
        )
    return pairs


def direction_of(first: np.ndarray, second: np.ndarray, link: str) -> Floats:
    """Return the direction of the pairs of vectors (n, d), scaled to length 1 beforehand, as `group_direction` does."""
    try:
        return group_direction(unit(first), unit(second))
    except ValueError as error:
        raise InputError(f"{link}: definitional pairs: {error}") from None


def extremes(cosines: Floats, candidates: Ids, number: int, link: str) -> Ids:
    """Return the rows of the `candidates` farthest along a direction and farthest against it, (2, n).

    Parameters
    ----------
    cosines
        Of every row with the direction, (V,).
    number
        How many at each end; at most a quarter of the candidates.

    Raises
    ------
    InputError
        If there are no four candidates; `link` says who asks.
    """
    number = min(number, len(candidates) // 4)
    if number < 1:
        raise InputError(f"{link}: {len(candidates)} words beside those of the lists are too few; train on more text")
    order = candidates[np.argsort(-cosines[candidates], kind="stable")]
    return np.stack([order[:number], order[::-1][:number]])


def unlisted(embedding: Embedding, words: Words, frequent: int) -> Ids:
    """Return the rows of the `frequent` most frequent words, without those that rightly carry the group."""
    carrying = known(embedding, words.carrying)
    return np.setdiff1d(np.arange(min(frequent, len(embedding))), carrying)
