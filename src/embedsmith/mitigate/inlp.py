"""Iterated null-space projection: what a linear classifier tells words of two groups by, taken off again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.config.words import Words
from embedsmith.embedding import Dense, Embedding
from embedsmith.errors import InputError
from embedsmith.metrics.components import without
from embedsmith.metrics.similarity import Floats, Unit, unit
from embedsmith.mitigate import probes
from embedsmith.mitigate.checked import Rows, checked
from embedsmith.mitigate.lists import definitional, direction_of, extremes, unlisted
from embedsmith.mitigate.probes import Split

LEAST = 10
"""Words of either side: with fewer no probe says anything."""


@dataclass(kw_only=True)
class INLP:
    """A projection after which no linear classifier tells which side a word was on.

    Ravfogel et al. 2020, "Null It Out: Guarding Protected Attributes by Iterative Nullspace Projection", section 5.1.
    The two sides are the words farthest along the direction of the definitional pairs and farthest against it, without
    those that rightly carry the group. A linear support vector machine learns to tell them from their vectors, scaled
    to length 1; all vectors are projected onto what is orthogonal to its weights; a new one learns from what is left.
    It ends as soon as one tells words that it has not seen no better than chance. A classifier that is not linear may
    tell them still: `after_` says how well.

    Linear, so that what unseen words are composed of goes the same way.

    Parameters
    ----------
    words
        Lists, those of a file of conf/words/. What the vocabulary does not have is left out.
    number
        Words of either side; at most a quarter of those that there are.
    frequent
        These are among so many of the most frequent words.
    rounds
        Classifiers at most; each takes a dimension, and one is left.
    held_out
        Part of the words that the reported probes are judged by, and of the others that decide when it ends.
    seed
        Of the division of the words.

    Attributes
    ----------
    directions_
        Orthonormal directions that are taken off, (rounds, d).
    before_, after_
        Accuracies of fresh probes, linear and not, on the words held out.
    """

    words: Words
    number: int
    frequent: int
    rounds: int
    held_out: float
    seed: int

    last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for key in ("frequent", "rounds"):
            if getattr(self, key) < 1:
                raise ValueError(f"{key}: must be at least 1, not {getattr(self, key)}")
        if self.number < LEAST:
            raise ValueError(f"number: must be at least {LEAST}, not {self.number}")
        if not 0 < self.held_out <= 0.5:
            raise ValueError(f"held_out: must be above 0 and at most 0.5, not {self.held_out:g}")
        if self.seed < 0:
            raise ValueError(f"seed: must be at least 0, not {self.seed}")

    def fit(self, embedding: Embedding) -> Self:
        matrix = checked(embedding, "inlp")
        sides = self._sides(embedding, matrix)
        split = Split.draw(sides.shape[1], self.held_out, self.seed)
        rows = matrix[sides.ravel()]
        self.directions_ = self._directions(rows, split)
        self.before_ = probes.accuracies(unit(rows), split)
        self.after_ = probes.accuracies(projected(rows, self.directions_), split)
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        with threadpool_limits(1):
            return embedding.converted(lambda rows: Dense(without(rows, self.directions_).astype(np.float32)))

    def _sides(self, embedding: Embedding, matrix: Rows) -> np.ndarray:
        """Return the rows of the words of either side, (2, n)."""
        pairs = definitional(embedding, self.words, "inlp")
        with threadpool_limits(1):  # how BLAS divides a product among threads shows in the last bits
            direction = direction_of(matrix[pairs], "inlp")
            cosines = unit(matrix) @ direction
        sides = extremes(cosines, unlisted(embedding, self.words, self.frequent), self.number, "inlp")
        if sides.shape[1] < LEAST:
            raise InputError(f"inlp: {sides.shape[1]} words of either side are too few for a probe; {LEAST} are needed")
        return sides

    def _directions(self, rows: Rows, split: Split) -> Floats:
        """Return the directions by which linear probes tell the sides of `rows` (2n, d), until they cannot."""
        found = np.zeros((0, rows.shape[1]))
        while len(found) < min(self.rounds, rows.shape[1] - 1):
            left = projected(rows, found)
            probe = probes.linear(left, split.train)
            if probes.accuracy(probe, left, split.validation) <= 0.5:
                break
            found = np.vstack([found, orthonormal(probe.coef_[0], found)])
        return found


def projected(rows: Rows, directions: Floats) -> Unit:
    """Return `rows` (n, d) without the orthonormal `directions` (k, d), at length 1."""
    with threadpool_limits(1):
        return unit(without(rows, directions))


def orthonormal(direction: Floats, others: Floats) -> Floats:
    """Return what of `direction` (d,) is orthogonal to the orthonormal `others` (k, d), at length 1."""
    for _ in range(2):  # once leaves a rounding error, where little of it is new
        direction = without(direction[None], others)[0]
        direction = direction / np.linalg.norm(direction)
    return direction
