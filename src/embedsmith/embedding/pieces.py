"""Pieces of words as SentencePiece has them: unigram language model, or byte-pair encoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.codec import Codec, Dense
from embedsmith.embedding.errors import FormatError

SPACE = "▁"
"""Stands for the space before a word."""
UNKNOWN_PENALTY = 10.0
"""How far the score of a character without a piece is below the lowest of the pieces."""


class Unigram:
    """The pieces whose scores have the highest sum.

    Viterbi's algorithm over the unigram language model of Kudo (2018), "Subword regularization", section 3.1. Sums
    are held in single precision as SentencePiece holds them: where two ways to cut a word have the same pieces in
    another order, rounding decides between them.

    Parameters
    ----------
    scores
        Log-probability of each piece.
    """

    def __init__(self, scores: Mapping[str, float]) -> None:
        self._scores = scores
        self._longest = max(map(len, scores), default=1)
        self._unknown = float(np.float32(min(scores.values(), default=0.0)) - UNKNOWN_PENALTY)

    def cut(self, word: str) -> list[str]:
        """Cut `▁word` into pieces; a character without a piece stands alone."""
        text = SPACE + word
        best = [0.0] + [-np.inf] * len(text)
        begins = [0] * (len(text) + 1)
        for start in range(len(text)):
            for end in range(start + 1, min(start + self._longest, len(text)) + 1):
                score = self._scores.get(text[start:end], self._unknown if end == start + 1 else None)
                if score is None:
                    continue
                total = float(np.float32(best[start] + score))
                if total > best[end]:
                    best[end], begins[end] = total, start
        cuts = [len(text)]
        while cuts[-1] > 0:
            cuts.append(begins[cuts[-1]])
        return [text[start:end] for end, start in pairwise(cuts)][::-1]


class BPE:
    """What is left when, again and again, the two neighbours whose merger has the highest score are merged.

    Of equal scores the first. Sennrich et al. (2016), "Neural machine translation of rare words with subword
    units", algorithm 1.

    Parameters
    ----------
    scores
        Score of each piece; the earlier a merger was learned, the higher.
    """

    def __init__(self, scores: Mapping[str, float]) -> None:
        self._scores = scores

    def cut(self, word: str) -> list[str]:
        """Cut `▁word` into pieces; a character without a piece stands alone."""
        parts = list(SPACE + word)
        while True:
            merged = [self._scores.get(left + right, -np.inf) for left, right in pairwise(parts)]
            best = max(merged, default=-np.inf)
            if best == -np.inf:
                return parts
            place = merged.index(best)
            parts[place : place + 2] = [parts[place] + parts[place + 1]]


MODELS: dict[str, type[Unigram] | type[BPE]] = {"unigram": Unigram, "bpe": BPE}


@dataclass(frozen=True, eq=False, repr=False)
class Pieces:
    """A word is its pieces.

    Attributes
    ----------
    pieces
        The pieces, n of them, as SentencePiece writes them: `▁` stands for the space before a word.
    scores
        Their scores, (n,) float32. One of minus infinity is no piece to cut words into, but a unit for a
        character that has no piece.
    model
        `unigram` or `bpe`: how a word is cut. As SentencePiece does it, for a word on which its normalisation
        changes nothing; but its bytes are not used: a character that is none of `pieces` is passed over. A word of
        which nothing but `▁` is left has no units.
    codec
        The rows, (n, dimension) when decoded.
    """

    pieces: Sequence[str]
    scores: npt.NDArray[np.float32]
    model: str
    codec: Codec

    kind: ClassVar[str] = "pieces"

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise FormatError(f"pieces: {self.model!r} is no model of pieces; known: {', '.join(MODELS)}")
        if self.scores.dtype != np.float32 or self.scores.shape != (len(self.pieces),):
            raise FormatError(
                f"pieces: needs one float32 score a piece, got {self.scores.dtype} {self.scores.shape} for"
                f" {len(self.pieces)} pieces"
            )
        if not np.all(self.scores < np.inf):
            raise FormatError("pieces: a score is not a number")
        if len(self.pieces) != self.codec.shape[0]:
            raise FormatError(f"pieces: {len(self.pieces)} pieces for {self.codec.shape[0]} rows")

    @property
    def settings(self) -> dict[str, Any]:
        return {"model": self.model}

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {"scores": self.scores}

    @property
    def strings(self) -> dict[str, Sequence[str]]:
        return {"pieces": self.pieces}

    @cached_property
    def _index(self) -> dict[str, int]:
        return {piece: row for row, piece in enumerate(self.pieces)}

    @cached_property
    def _model(self) -> Unigram | BPE:
        scored = zip(self.pieces, self.scores.tolist(), strict=True)
        return MODELS[self.model]({piece: score for piece, score in scored if score > -np.inf})

    def units(self, word: str) -> npt.NDArray[np.int64]:
        parts = [part for part in self._model.cut(word) if part in self._index]
        return np.array([self._index[part] for part in parts if parts != [SPACE]], dtype=np.int64)

    def with_codec(self, codec: Codec) -> Self:
        return replace(self, codec=codec)

    def of_rows(self, places: npt.NDArray[np.int64]) -> Self:
        pieces = [self.pieces[place] for place in places.tolist()]
        return replace(self, pieces=pieces, scores=self.scores[places], codec=Dense(self.codec.rows(places)))
