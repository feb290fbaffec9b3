"""How well compressed vectors agree with the untouched ones: neighbours, and the order of cosines.

No test set is looked at: what the report scores was not what the search went by.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from embedsmith.compress.search.settings import AgreementSettings
from embedsmith.embedding import Embedding
from embedsmith.metrics.similarity import spearman, unit

Ids = npt.NDArray[np.int64]
Rows = npt.NDArray[np.float32]

BLOCK = 128
"""Words whose cosines with the whole vocabulary are held at a time."""


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What was measured of a chain, each at most 1.

    Attributes
    ----------
    agreement
        The mean of `neighbours` and `correlation`; where unseen words have vectors, that and the same mean of the
        composed ones, by their weights.
    neighbours
        Share of the nearest neighbours of a word that are still among them.
    correlation
        Spearman's correlation between the cosines before and after, of drawn pairs and of words and their neighbours.
    unseen_neighbours, unseen_correlation
        The same of vectors that are composed as if the words were unseen; None where the untouched model has none.
    """

    agreement: float
    neighbours: float
    correlation: float
    unseen_neighbours: float | None
    unseen_correlation: float | None

    def figures(self) -> dict[str, float | None]:
        """Return all of it by name."""
        return asdict(self)


@dataclass(frozen=True)
class _Asked:
    """Queries of one kind: whose neighbours and cosines are compared, and what they were before."""

    queries: Ids
    near: Ids
    left: Ids
    right: Ids
    cosines: Rows


class Agreement:
    """Agreement with `untouched`, on words and pairs that are drawn once.

    Words are drawn evenly from the vocabulary, so that most are rare ones, as most of the vocabulary is. A word that a
    chain has left without a vector agrees in nothing.
    """

    def __init__(self, untouched: Embedding, settings: AgreementSettings) -> None:
        self._words = list(untouched.words)
        self._neighbours = min(settings.neighbours, len(untouched) - 1)
        draw = np.random.default_rng(settings.seed)
        queries = np.sort(draw.choice(len(untouched), min(settings.words, len(untouched)), replace=False))
        pairs = draw.integers(len(untouched), size=(2, settings.pairs))
        rows = unit(self._rows(untouched))
        self._of_words = self._asked(rows, queries, rows[queries], np.arange(len(queries)), pairs)
        self._weight = 0.0
        composed = self._composed(untouched, queries)
        places = np.flatnonzero(composed.any(axis=1))
        if len(places) and settings.unseen > 0:
            self._weight = settings.unseen
            self._of_unseen = self._asked(rows, queries[places], composed[places], np.arange(len(places)), pairs)

    def of(self, embedding: Embedding) -> Agreed:
        """Measure `embedding`, made of the untouched one."""
        rows = unit(self._rows(embedding))
        words = self._of_words
        neighbours, correlation = self._compare(words, rows, rows[words.queries])
        agreement = (neighbours + correlation) / 2
        if not self._weight:
            return Agreed(
                agreement=agreement,
                neighbours=neighbours,
                correlation=correlation,
                unseen_neighbours=None,
                unseen_correlation=None,
            )
        composed = self._composed(embedding, self._of_unseen.queries)
        unseen = self._compare(self._of_unseen, rows, composed)
        return Agreed(
            agreement=(1 - self._weight) * agreement + self._weight * sum(unseen) / 2,
            neighbours=neighbours,
            correlation=correlation,
            unseen_neighbours=unseen[0],
            unseen_correlation=unseen[1],
        )

    def _asked(self, rows: Rows, queries: Ids, vectors: Rows, places: Ids, pairs: Ids) -> _Asked:
        """Keep what the queries' `vectors` (n, d) say before; the left of a pair is one of `places` in them."""
        near = nearest(rows, vectors, queries, self._neighbours)
        left = np.concatenate([places[pairs[0] % len(places)], np.repeat(places, near.shape[1])])
        right = np.concatenate([pairs[1], near.ravel()])
        return _Asked(queries, near, left, right, _cosines(vectors, rows, left, right))

    def _compare(self, asked: _Asked, rows: Rows, vectors: Rows) -> tuple[float, float]:
        near = nearest(rows, vectors, asked.queries, self._neighbours)
        equal: npt.NDArray[np.bool_] = np.equal(near[:, :, None], asked.near[:, None, :])
        both = equal.any(axis=2) & np.any(vectors, axis=1, keepdims=True)
        cosines = _cosines(vectors, rows, asked.left, asked.right)
        constant = np.all(asked.cosines == asked.cosines[0])
        return float(both.mean()), 1.0 if constant else spearman(cosines, asked.cosines)

    def _rows(self, embedding: Embedding) -> Rows:
        """Return a row for each word of the untouched model; zeros where there is none."""
        if len(embedding) == len(self._words) and list(embedding.words) == self._words:
            return embedding.matrix()
        rows = np.zeros((len(self._words), embedding.dimension), dtype=np.float32)
        places = [place for place, word in enumerate(self._words) if word in embedding or embedding.composes(word)]
        rows[places] = embedding.vectors(self._words[place] for place in places)
        return rows

    def _composed(self, embedding: Embedding, queries: Ids) -> Rows:
        """Return the vectors of the words `queries` as if they were unseen, (n, d); zeros where there is none."""
        vectors = np.zeros((len(queries), embedding.dimension), dtype=np.float32)
        if embedding.fallback is not None:
            for place, query in enumerate(queries.tolist()):
                units = embedding.fallback.units(self._words[query])
                if len(units):
                    vectors[place] = embedding.fallback.codec.rows(units).mean(axis=0)
        return unit(vectors)


def nearest(rows: Rows, vectors: Rows, own: Ids, k: int) -> Ids:
    """Return the rows nearest to each of `vectors` (n, d) by cosine, (n, k), in no order; `own` (n,) are left out.

    `rows` (V, d) and `vectors` have length 1; k is below V.
    """
    found = np.empty((len(vectors), k), dtype=np.int64)
    for start in range(0, len(vectors), BLOCK):
        block = slice(start, start + BLOCK)
        distances = -(vectors[block] @ rows.T)
        distances[np.arange(len(distances)), own[block]] = np.inf
        found[block] = np.argpartition(distances, k - 1, axis=1)[:, :k] if k else 0
    return found


def _cosines(vectors: Rows, rows: Rows, left: Ids, right: Ids) -> Rows:
    cosines: Rows = np.einsum("nd,nd->n", vectors[left], rows[right])
    return cosines
