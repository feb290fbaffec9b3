"""An embedding: words, and stored rows that are decoded when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import vocabulary
from embedsmith.embedding.codec import Codec, Dense, Rows
from embedsmith.embedding.codec.codec import blocks, products
from embedsmith.embedding.fallback import Fallback
from embedsmith.embedding.neighbours import Index

BLOCK = 8192
"""Rows decoded at a time: a few MB, so that a compressed embedding stays compressed in memory."""
SCORES = 1 << 24
"""Cosines that `nearest_many` holds at a time."""
MANY = 8
"""Queries for which it pays to decode rows rather than to multiply them as they are stored."""
SLACK = 1e-4
"""How far a cosine from stored rows may be from that of decoded ones: float32 rounds sums over a row so, and less."""
GROUP = 64
"""Cosines of which the largest is taken first, to see which are worth a closer look."""


@dataclass(frozen=True, repr=False)
class Embedding:
    """Words and their vectors.

    Attributes
    ----------
    words
        V words, most frequent first; of an artifact they are decoded when asked for.
    codec
        The stored rows, (V, dimension) when decoded.
    chain
        Names of the transforms that led here, in order; empty for the untouched model.
    fallback
        Composes vectors of words that are none of `words`; None for a model that knows its words alone.
    """

    words: Sequence[str]
    codec: Codec
    chain: tuple[str, ...] = ()
    fallback: Fallback | None = None

    def __post_init__(self) -> None:
        if len(self.words) != self.codec.shape[0]:
            raise ValueError(f"{len(self.words)} words for {self.codec.shape[0]} rows")
        if self.fallback is not None and self.fallback.codec.shape[1] != self.dimension:
            raise ValueError(f"fallback of {self.fallback.codec.shape[1]} dimensions for words of {self.dimension}")

    @classmethod
    def dense(
        cls,
        words: Sequence[str],
        matrix: npt.ArrayLike,
        chain: tuple[str, ...] = (),
        fallback: Fallback | None = None,
    ) -> Embedding:
        """Return an embedding at full precision: `matrix` (V, dimension) as float32."""
        return cls(words, Dense(np.ascontiguousarray(matrix, dtype=np.float32)), chain, fallback)

    def __repr__(self) -> str:
        chain = " + ".join(self.chain) or "untouched"
        unseen = f", unseen ones by {self.fallback.kind}" if self.fallback else ""
        return f"<Embedding: {len(self):,} words x {self.dimension}, {chain}{unseen}>"

    @property
    def dimension(self) -> int:
        """Values in a vector."""
        return self.codec.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes of the stored rows and words, and of the fallback: what the artifact holds, its headers apart."""
        arrays, texts = [*self.codec.arrays.values()], [self.words]
        if self.fallback is not None:
            arrays += [*self.fallback.codec.arrays.values(), *self.fallback.arrays.values()]
            texts += self.fallback.strings.values()
        return sum(array.nbytes for array in arrays) + sum(vocabulary.stored(text).nbytes for text in texts)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Row of each word; for many words at once `find` is faster."""
        return vocabulary.index(self.words)

    def find(self, words: Iterable[str]) -> npt.NDArray[np.int64]:
        """Return the row of each of n `words`, (n,); -1 for one outside the vocabulary."""
        words = list(words)
        if isinstance(self.words, vocabulary.FrontCoded):
            return self.words.find_all(words)
        return np.array([self.index.get(word, -1) for word in words], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        """Say whether `word` is in the vocabulary; `composes` says what else has a vector."""
        return word in self.index

    def __getitem__(self, word: str) -> Rows:
        """Return the vector of `word`, (dimension,); KeyError if it is unknown and cannot be composed."""
        row = self.index.get(word, -1)
        vector: Rows = self.codec.rows(slice(row, row + 1))[0].copy() if row >= 0 else self._composed(word)
        return vector

    def composes(self, word: str) -> bool:
        """Say whether `word` is not in the vocabulary and has a vector all the same, composed by the fallback."""
        return word not in self and len(self._units(word)) > 0

    def vectors(self, words: Iterable[str]) -> Rows:
        """Return the vectors of n `words`, (n, dimension).

        The vector of a word outside the vocabulary is the mean of the rows of its units.

        Raises
        ------
        KeyError
            If a word is outside the vocabulary and has no unit with a row, or there is no fallback; `word in
            embedding` and `embedding.composes(word)` ask first.
        """
        words = list(words)
        ids = self.find(words)
        known = ids >= 0
        vectors = np.empty((len(words), self.dimension), dtype=np.float32)
        vectors[known] = self.rows(ids[known])
        for place in np.flatnonzero(~known):
            vectors[place] = self._composed(words[place])
        return vectors

    def rows(self, ids: npt.ArrayLike) -> Rows:
        """Decode the rows `ids`: (n,) to (n, dimension)."""
        return self.codec.rows(np.asarray(ids, dtype=np.int64))

    def matrix(self) -> Rows:
        """Decode every row: (V, dimension), not to be written to."""
        return self.codec.rows(slice(0, len(self)))

    def converted(self, convert: Callable[[Rows], Codec]) -> Embedding:
        """Return the same words, and the same fallback, with other rows.

        Parameters
        ----------
        convert
            From rows (n, dimension) to how they are stored; called with the rows of the words, and then with those of
            the fallback's units. Where it is affine (n rows as one matrix times another, plus a constant), a composed
            vector is converted as a word's is, for it is a mean.
        """
        return self.recoded(lambda codec: convert(codec.rows(slice(0, codec.shape[0]))))

    def recoded(self, change: Callable[[Codec], Codec]) -> Embedding:
        """Return the same words, and the same fallback, with other codecs.

        Parameters
        ----------
        change
            From one codec to another of as many rows; called with that of the words, and then with that of the
            fallback's units.
        """
        codec, fallback = change(self.codec), self.fallback
        if fallback is not None:
            fallback = fallback.with_codec(change(fallback.codec))
        return replace(self, codec=codec, fallback=fallback)

    @cached_property
    def norms(self) -> Rows:
        """Length of each vector, (V,)."""
        lengths = np.empty(len(self), dtype=np.float32)
        for block in blocks(len(self), BLOCK):
            lengths[block] = _lengths(self.codec.rows(block))
        return lengths

    def nearest(self, query: str | npt.ArrayLike, k: int, index: Index | None = None) -> list[tuple[str, float]]:
        """Return the `k` words nearest to `query` by cosine, best first; of equal ones the more frequent.

        Exact without an `index`: every row is compared, as it is stored where that is faster. A `query` that is a word
        is left out of its own answer; it may be one that `composes`. A zero vector has cosine 0 with all.

        Parameters
        ----------
        query
            A word, or a vector (dimension,).
        index
            What `embedsmith.load_index` opened: only words that it finds are compared. It is of the same words, and
            of these vectors or of those that they were compressed from.

        Raises
        ------
        KeyError
            If `query` is a word that has no vector.
        ValueError
            If the vector is of another dimension, or the index of other words.
        """
        own, target = self._asked(query)
        wanted = k + (own >= 0)
        if index is None:
            return self._ranked(_candidates(self._cosines(products(self.codec, target)), wanted), own, target, k)
        rows = index.candidates(target, wanted) if k > 0 else np.zeros(0, dtype=np.int64)
        if len(index.words) != len(self) or any(index.words[row] != self.words[row] for row in rows):
            raise ValueError("the index is not of the words of this embedding; export it again")
        return self._ranked(rows, own, target, k)

    def nearest_many(self, queries: Iterable[str | npt.ArrayLike], k: int) -> list[list[tuple[str, float]]]:
        """Return for each of `queries` what `nearest` does; rows are decoded once for many of them."""
        asked = [self._asked(query) for query in queries]
        found = []
        for some in blocks(len(asked), max(1, SCORES // max(1, len(self)))):
            targets = np.stack([target for _, target in asked[some]])
            scores = np.empty((len(targets), len(self)), dtype=np.float32)
            if len(targets) < MANY:
                for values, target in zip(scores, targets, strict=True):
                    values[:] = products(self.codec, target)
            else:
                for block in blocks(len(self), BLOCK):
                    scores[:, block] = targets @ self.codec.rows(block).T
            for (own, target), values in zip(asked[some], scores, strict=True):
                candidates = _candidates(self._cosines(values), k + (own >= 0))
                found.append(self._ranked(candidates, own, target, k))
        return found

    def _asked(self, query: str | npt.ArrayLike) -> tuple[int, Rows]:
        """Return the row of `query`, -1 if it has none, and its vector scaled to length 1."""
        own = self.index.get(query, -1) if isinstance(query, str) else -1
        target = self[query] if isinstance(query, str) else np.asarray(query, dtype=np.float32)
        if target.shape != (self.dimension,):
            raise ValueError(f"a vector to compare must have shape ({self.dimension},), not {target.shape}")
        length = np.linalg.norm(target)
        return own, target / length if length > 0 else target

    def _cosines(self, values: Rows) -> Rows:
        """Turn inner products with a vector of length 1, (V,), into cosines, in place."""
        with np.errstate(invalid="ignore"):
            values *= self._inverse_norms
        values[np.isnan(values)] = 0
        return values

    @cached_property
    def _inverse_norms(self) -> Rows:
        return np.divide(1, self.norms, out=np.zeros_like(self.norms), where=self.norms > 0)

    def _ranked(self, candidates: npt.NDArray[np.int64], own: int, target: Rows, k: int) -> list[tuple[str, float]]:
        """Return the `k` nearest of `candidates`, ascending rows, but for the row `own`, by their decoded vectors."""
        candidates = candidates[candidates != own]
        cosines = np.zeros(len(candidates), dtype=np.float32)
        for block in blocks(len(candidates), BLOCK):
            rows = self.codec.rows(candidates[block])
            # Unlike a product of BLAS, these sums do not depend on the place of a row: equal rows are equally near.
            lengths = _lengths(rows)
            with np.errstate(invalid="ignore"):
                np.divide(np.einsum("ij,j->i", rows, target), lengths, out=cosines[block], where=lengths > 0)
        cosines[np.isnan(cosines)] = 0
        best = np.argsort(-cosines, kind="stable")[: max(k, 0)]
        return [(self.words[candidates[place]], float(cosines[place])) for place in best]

    def _units(self, word: str) -> npt.NDArray[np.int64]:
        """Return the fallback's rows of `word`; none for the empty word, of which n-grams would be the boundaries."""
        return self.fallback.units(word) if self.fallback and word else np.zeros(0, dtype=np.int64)

    def _composed(self, word: str) -> Rows:
        units = self._units(word)
        if self.fallback is None or not len(units):
            raise KeyError(word)
        mean: Rows = self.fallback.codec.rows(units).mean(axis=0)
        return mean


def _lengths(rows: Rows) -> Rows:
    lengths: Rows = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return lengths


def _candidates(cosines: Rows, k: int) -> npt.NDArray[np.int64]:
    """Return the rows, ascending, of the `k` largest of `cosines` (V,), and those within SLACK of them."""
    k = min(k, len(cosines))
    if k < 1:
        return np.zeros(0, dtype=np.int64)
    some, groups = cosines, len(cosines) // GROUP
    if groups >= k:  # the k-th of the groups' largest is no larger than the k-th of all, and few are above it
        some = cosines[cosines >= _largest(cosines[: groups * GROUP].reshape(GROUP, groups).max(axis=0), k)]
    return np.flatnonzero(cosines >= _largest(some, k) - SLACK)


def _largest(values: Rows, k: int) -> np.float32:
    """Return the `k`-th largest of `values`."""
    kth: np.float32 = np.partition(values, len(values) - k)[len(values) - k]
    return kth
