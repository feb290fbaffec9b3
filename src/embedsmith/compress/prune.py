"""Fewer rows: the words that matter most keep theirs, and no word is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from embedsmith.compress.directions import directions
from embedsmith.embedding import Dense, Embedding
from embedsmith.embedding import Shared as SharedCodec
from embedsmith.errors import InputError

ORDERS = ("frequency", "importance")
BLOCK = 512
"""Pruned words whose cosines with all that are kept are held at a time."""

Rows = npt.NDArray[np.float32]


@dataclass(kw_only=True)
class Prune:
    """The rows of some words alone; each other word is composed, or has the row nearest to its own.

    A word that the model composes of n-grams or pieces leaves the
    vocabulary, where `composed` says so: it has a vector still, but is no neighbour of another. Any other word stays
    in it and shares the row of the kept word whose cosine with it is largest, as `Vocab.prune_vectors` of spaCy has it
    (Honnibal et al. 2020, "spaCy: Industrial-strength natural language processing in Python").

    A link that follows is given the kept words and their rows, and so are the units of unseen words.

    Parameters
    ----------
    by
        `frequency`: the most frequent words keep their rows, a row's place being its word's rank. `importance`: those
        whose row is least like that of any more frequent word, by cosine, and would lose most if they shared it.
    share
        Part of the words that keep their rows. Null to go by `number`.
    number
        Words that keep their rows; all of them where there are no more. Null to go by `share`.
    composed
        Whether words that the model composes leave the vocabulary. If not, they share rows as those of any model do.
    """

    by: str
    share: float | None
    number: int | None
    composed: bool

    last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.by not in ORDERS:
            raise ValueError(f"by: must be {' or '.join(ORDERS)}, not {self.by!r}")
        if (self.share is None) == (self.number is None):
            raise ValueError("share: give either it or number, and null for the other")
        if self.share is not None and not 0 < self.share <= 1:
            raise ValueError(f"share: must be above 0 and at most 1, not {self.share:g}")
        if self.number is not None and self.number < 1:
            raise ValueError(f"number: must be at least 1, not {self.number}")

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        matrix = embedding.matrix()
        kept = self._chosen(matrix)
        number = np.full(len(matrix), -1)  # of each word, the row that it has among those that are kept
        number[kept] = np.arange(len(kept))
        words = list(embedding.words)
        pruned = [row for row in np.flatnonzero(number < 0) if not (self.composed and composes(embedding, words[row]))]
        rows = Dense(np.array(matrix[kept]))
        if not pruned:
            return replace(embedding, words=[words[row] for row in kept], codec=rows)
        number[pruned] = nearest(matrix[pruned], rows.matrix)
        left = np.flatnonzero(number >= 0)
        smallest = np.uint16 if len(kept) <= 1 << 16 else np.uint32
        codec = SharedCodec(rows, number[left].astype(smallest))
        return replace(embedding, words=[words[row] for row in left], codec=codec)

    def _chosen(self, matrix: Rows) -> npt.NDArray[np.int64]:
        """Return the rows that are kept, ascending."""
        kept = self._kept(len(matrix))
        if self.by == "frequency" or kept == len(matrix):
            return np.arange(kept)
        return np.sort(np.argsort(-importance(matrix), kind="stable")[:kept])

    def _kept(self, words: int) -> int:
        if self.number is not None:
            return min(self.number, words)
        assert self.share is not None
        kept = round(self.share * words)
        if kept < 1:
            raise InputError(
                f"prune: a share of {self.share:g} keeps none of {words} words; use at least {1 / max(words, 1):.3g}"
            )
        return kept


def composes(embedding: Embedding, word: str) -> bool:
    """Say whether the fallback of `embedding` has a vector for `word`, were it not in the vocabulary."""
    return embedding.fallback is not None and len(embedding.fallback.units(word)) > 0


def nearest(rows: Rows, kept: Rows) -> npt.NDArray[np.int64]:
    """Return, for each of `rows` (n, d), the number of the row of `kept` (m, d) of largest cosine, (n,).

    Of equal ones the first. On one thread: how BLAS divides a product shows in the last bits, which may decide.
    """
    towards = directions(kept)
    numbers = np.empty(len(rows), dtype=np.int64)
    with threadpool_limits(1):
        for start in range(0, len(rows), BLOCK):
            numbers[start : start + BLOCK] = (directions(rows[start : start + BLOCK]) @ towards.T).argmax(axis=1)
    return numbers


def importance(rows: Rows) -> Rows:
    """Return, for each of `rows` (n, d), 1 less the largest cosine with a row before it, (n,); 2 for the first.

    On one thread, as `nearest`.
    """
    towards = directions(rows)
    found = np.full(len(rows), 2, dtype=np.float32)
    with threadpool_limits(1):
        for start in range(0, len(rows), BLOCK):
            end = min(start + BLOCK, len(rows))
            cosines = towards[start:end] @ towards[:end].T
            cosines[np.arange(end)[None, :] >= np.arange(start, end)[:, None]] = -1
            found[start:end] = 1 - cosines.max(axis=1)
    return found
