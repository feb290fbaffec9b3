"""fastText: word2vec whose input vector is the mean of a word's own vector and those of its character n-grams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.model.blocks import require_text
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class FastText(Word2Vec):
    """Bojanowski et al. (2017), "Enriching word vectors with subword information".

    Parameters
    ----------
    min_n, max_n
        Shortest and longest character n-gram, `<` and `>` at a word's ends counted.
    buckets
        What the hashes of n-grams are taken modulo; those that share a bucket share a row.

    Notes
    -----
    The other parameters are those of `Word2Vec`. Only buckets in which an n-gram of the vocabulary falls have a row.
    They stay with the embedding, so that it has vectors for words that it has not seen.
    """

    min_n: int
    max_n: int
    buckets: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pretrained is not None:
            raise ValueError("pretrained: must be null; word2vec alone starts from pretrained vectors")
        for key in ("min_n", "buckets"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")
        if self.buckets >= 1 << 31:
            raise ValueError(f"buckets: must be below 2^31, not {self.buckets}")
        if self.min_n > self.max_n:
            raise ValueError(f"min_n: must be at most max_n ({self.max_n}), not {self.min_n}")

    def train(self, tokens: Tokens, *, seed: int, threads: int, history: History, checkpoint: Checkpoint) -> Embedding:
        from embedsmith.model.kernel.ngrams import hashed_ngrams
        from embedsmith.model.matrices import joined, uniform
        from embedsmith.model.units import Units

        require_text(tokens, self.window)
        words = len(tokens.words)
        bounds, hashed = hashed_ngrams(tokens.spellings, min_n=self.min_n, max_n=self.max_n, buckets=self.buckets)
        rows, places = np.unique(hashed, return_inverse=True)
        with_own = np.insert(
            places + words, bounds[:-1], np.arange(words)
        )  # a word's own row is the first of its units
        units = Units(bounds + np.arange(words + 1), with_own.astype(np.int32))
        inputs = uniform(words + len(rows), self.vector_size, self.parts, np.random.default_rng([seed, 0]))
        self._run(
            tokens, inputs, seed=seed, threads=threads, history=history, checkpoint=checkpoint, units=lambda _: units
        )
        trained = joined(inputs, self.vector_size)
        fallback = NGrams(self.min_n, self.max_n, self.buckets, rows, Dense(trained[words:]))
        return Embedding.dense(tokens.words, units.compose(trained), fallback=fallback)
