"""Random vectors: what a score is worth when nothing was learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedsmith.embedding import Embedding
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.tokenizer.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Random:
    """Independent standard normal values: every direction is as likely.

    Parameters
    ----------
    baseline
        Whether it is measured untouched only.
    vector_size
        Dimensions.
    """

    baseline: bool
    vector_size: int

    def __post_init__(self) -> None:
        if self.vector_size < 1:
            raise ValueError(f"vector_size: must be at least 1, not {self.vector_size}")

    def train(self, tokens: Tokens, *, seed: int, threads: int, history: History, checkpoint: Checkpoint) -> Embedding:
        """Return a vector for each word of `tokens`; there is no course to record or to go on from."""
        shape = (len(tokens.words), self.vector_size)
        return Embedding.dense(tokens.words, np.random.default_rng(seed).standard_normal(shape, dtype=np.float32))
