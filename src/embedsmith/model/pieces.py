"""Skip-gram over SentencePiece's pieces: a word is the mean of its pieces, cut anew in each epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedsmith.embedding import Dense, Embedding
from embedsmith.embedding import Pieces as PieceFallback
from embedsmith.model.blocks import require_text
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.tokens import Tokens

if TYPE_CHECKING:
    from embedsmith.model.units import Units


@dataclass(frozen=True, kw_only=True)
class Pieces(Word2Vec):
    """Subword regularisation: Kudo (2018), "Subword regularization: improving neural network translation models".

    Parameters
    ----------
    pieces
        How the pieces were learned, `unigram` or `bpe`: `tokenizer.kind`.
    alpha
        Of a unigram model, the exponent of a segmentation's probability: the smaller, the more even the choice. Of a
        BPE model, the share of mergers that are left out (Provilkov et al. 2020). 0 takes the best one always.

    Notes
    -----
    The other parameters are those of `Word2Vec`. A character without a piece is a unit of its own. The vectors of the
    embedding are composed of each word's best segmentation, as are those of words that it has not seen.
    """

    pieces: str
    alpha: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pretrained is not None:
            raise ValueError("pretrained: must be null; word2vec alone starts from pretrained vectors")
        if not 0 <= self.alpha <= 1:
            raise ValueError(f"alpha: must be from 0 to 1, not {self.alpha:g}")

    def train(self, tokens: Tokens, *, seed: int, threads: int, history: History, checkpoint: Checkpoint) -> Embedding:
        from embedsmith.model.matrices import aligned, joined, uniform
        from embedsmith.model.segmentation import Segmentation

        require_text(tokens, self.window)
        segmentation = Segmentation(tokens.pieces.read_bytes(), self.pieces, tokens.spellings)
        start = uniform(len(segmentation.names), self.vector_size, self.parts, np.random.default_rng([seed, 0]))
        inputs = aligned(*start.shape)
        inputs[:] = start

        def units(epoch: int) -> Units:
            return segmentation.sampled(self.alpha, [seed, 2, epoch]) if self.alpha else segmentation.best

        self._run(tokens, inputs, seed=seed, threads=threads, history=history, checkpoint=checkpoint, units=units)
        trained = joined(inputs, self.vector_size)
        trained[(inputs == start).all(axis=(0, 2))] = 0  # pieces that no word was cut into: nothing was learned of them
        fallback = PieceFallback(segmentation.names, segmentation.scores, self.pieces, Dense(trained))
        return Embedding.dense(tokens.words, segmentation.best.compose(trained), fallback=fallback)
