"""Words of groups, as rows of an embedding."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from embedsmith.config.words import Words
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.metrics.components import group_direction
from embedsmith.metrics.similarity import Floats, Ids, unit

PAIRS = 2
"""Definitional pairs that a direction needs: one pair differs in more than its group."""


def find(embedding: Embedding, words: Iterable[str]) -> Ids:
    """Return the row of each of `words`, as it is written or else lower-cased, (n,); -1 for an unknown one."""
    words = list(words)
    found = embedding.find(words)
    return np.where(found < 0, embedding.find(word.lower() for word in words), found)


def known(embedding: Embedding, words: Iterable[str]) -> Ids:
    """Return the rows of those of `words` that are in the vocabulary, in their order."""
    found = find(embedding, words)
    return found[found >= 0]


def definitional(embedding: Embedding, words: Words, link: str) -> Ids:
    """Return the rows of the definitional pairs of which both words are known, (2, n).

    Raises
    ------
    InputError
        If they are fewer than two; `link` says who asks.
    """
    sides = find(embedding, (word for pair in words.definitional for word in pair)).reshape(-1, 2).T
    pairs: Ids = sides[:, (sides >= 0).all(axis=0)]
    if pairs.shape[1] < PAIRS:
        raise InputError(
            f"{link}: both words of {pairs.shape[1]} of {len(words.definitional)} definitional pairs are known, and"
            f" {PAIRS} such pairs are needed; train on more text, or list others"
        )
    return pairs


def direction_of(pairs: npt.NDArray[np.floating], link: str) -> Floats:
    """Return the direction, (d,), of `pairs` (2, n, d) of vectors of any length, as `group_direction` has it."""
    try:
        return group_direction(unit(pairs[0]), unit(pairs[1]))
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
