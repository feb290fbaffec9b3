"""An embedding: words, and stored rows that are decoded when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import vocabulary
from embedsmith.embedding.codec import Codec, Dense, Rows
from embedsmith.embedding.fallback import Fallback

BLOCK = 8192
"""Rows decoded at a time by `nearest`: a few MB, so that a compressed embedding stays compressed in memory."""


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
        vector: Rows = self.vectors([word])[0]
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
        return np.concatenate([np.linalg.norm(block, axis=1) for block in self._blocks()] or [np.zeros(0, np.float32)])

    def nearest(self, query: str | npt.ArrayLike, k: int) -> list[tuple[str, float]]:
        """Return the `k` words nearest to `query` by cosine, best first; of equal ones the more frequent.

        Exact: every row is compared, a block at a time. A `query` that is a word is left out of its own
        answer; it may be one that `composes`. A zero vector has cosine 0 with all.
        """
        own = self.index.get(query, -1) if isinstance(query, str) else -1
        target = self[query] if isinstance(query, str) else np.asarray(query, dtype=np.float32)
        products = np.concatenate([block @ target for block in self._blocks()])
        lengths = self.norms * np.linalg.norm(target)
        cosines = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
        if own >= 0:
            cosines[own] = -np.inf
        k = min(k, len(self) - (own >= 0))
        if k < 1:
            return []
        least = np.partition(cosines, len(cosines) - k)[len(cosines) - k]
        candidates = np.flatnonzero(cosines >= least)
        best = candidates[np.argsort(-cosines[candidates], kind="stable")][:k]
        return [(self.words[row], float(cosines[row])) for row in best]

    def _units(self, word: str) -> npt.NDArray[np.int64]:
        """Return the fallback's rows of `word`; none for the empty word, of which n-grams would be the boundaries."""
        return self.fallback.units(word) if self.fallback and word else np.zeros(0, dtype=np.int64)

    def _composed(self, word: str) -> Rows:
        units = self._units(word)
        if self.fallback is None or not len(units):
            raise KeyError(word)
        mean: Rows = self.fallback.codec.rows(units).mean(axis=0)
        return mean

    def _blocks(self) -> Iterator[Rows]:
        for start in range(0, len(self), BLOCK):
            yield self.codec.rows(slice(start, start + BLOCK))
