"""An embedding: words, and stored rows that are decoded when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import vocabulary
from embedsmith.embedding.codec import Codec, Dense, Rows

BLOCK = 8192
"""Rows decoded at a time by `nearest`: a few MB, so that a compressed embedding stays compressed in memory."""


@dataclass(frozen=True, repr=False)
class Embedding:
    """Words and their vectors.

    Attributes
    ----------
    words
        V words, most frequent first.
    codec
        The stored rows, (V, dimension) when decoded.
    chain
        Names of the transforms that led here, in order; empty for the untouched model.
    """

    words: Sequence[str]
    codec: Codec
    chain: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.words) != self.codec.shape[0]:
            raise ValueError(f"{len(self.words)} words for {self.codec.shape[0]} rows")

    @classmethod
    def dense(cls, words: Sequence[str], matrix: npt.ArrayLike, chain: tuple[str, ...] = ()) -> Embedding:
        """Return an embedding at full precision: `matrix` (V, dimension) as float32."""
        return cls(words, Dense(np.ascontiguousarray(matrix, dtype=np.float32)), chain)

    def __repr__(self) -> str:
        return f"<Embedding: {len(self):,} words x {self.dimension}, {' + '.join(self.chain) or 'untouched'}>"

    @property
    def dimension(self) -> int:
        """Values in a vector."""
        return self.codec.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes of the stored rows and words: what the artifact holds, its headers apart."""
        return sum(array.nbytes for array in self.codec.arrays.values()) + len(vocabulary.encode(self.words))

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each word."""
        return {word: row for row, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __getitem__(self, word: str) -> Rows:
        """Return the vector of `word`, (dimension,); KeyError if it is unknown."""
        vector: Rows = self.vectors([word])[0]
        return vector

    def vectors(self, words: Iterable[str]) -> Rows:
        """Return the vectors of n `words`, (n, dimension).

        Raises
        ------
        KeyError
            If a word is unknown; `word in embedding` asks first.
        """
        ids = [self.index[word] for word in words]
        return self.rows(np.asarray(ids, dtype=np.int64))

    def rows(self, ids: npt.ArrayLike) -> Rows:
        """Decode the rows `ids`: (n,) to (n, dimension)."""
        return self.codec.rows(np.asarray(ids, dtype=np.int64))

    def matrix(self) -> Rows:
        """Decode every row: (V, dimension), not to be written to."""
        return self.codec.rows(slice(0, len(self)))

    @cached_property
    def norms(self) -> Rows:
        """Length of each vector, (V,)."""
        return np.concatenate([np.linalg.norm(block, axis=1) for block in self._blocks()] or [np.zeros(0, np.float32)])

    def nearest(self, query: str | npt.ArrayLike, k: int) -> list[tuple[str, float]]:
        """Return the `k` words nearest to `query` by cosine, best first; of equal ones the more frequent.

        Exact: every row is compared, a block at a time. A `query` that is a word is left out of its own
        answer; a zero vector has cosine 0 with all.
        """
        own = self.index[query] if isinstance(query, str) else -1
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

    def _blocks(self) -> Iterator[Rows]:
        for start in range(0, len(self), BLOCK):
            yield self.codec.rows(slice(start, start + BLOCK))
