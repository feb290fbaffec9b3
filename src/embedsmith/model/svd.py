"""SVD: a matrix of associations, factorised; nothing is trained step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.model.blocks import require_text
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.sampling import kept_shares
from embedsmith.tokenizer.tokens import Tokens

WEIGHTINGS = ("flat", "linear", "harmonic")


@dataclass(frozen=True, kw_only=True)
class SVD:
    """Levy, Goldberg & Dagan (2015), "Improving distributional similarity with lessons learned from word embeddings".

    The left singular vectors of the matrix of positive PMI, times a power of the singular values. The vector of a word
    that has no context more often than by chance is 0.

    Parameters
    ----------
    baseline
        Whether it is measured untouched only.
    vector_size
        Dimensions.
    window
        Largest distance of a context word.
    weighting
        What a context word at distance d counts: `flat` 1, `linear` (window - d + 1) / window, `harmonic` 1 / d.
    sample
        Words of a larger share than this are thinned out, the more frequent the more; 0 keeps all. Nothing is drawn:
        counts are multiplied by the shares that would stay.
    smoothing
        Context words are as likely as their counts to this power.
    shift
        The logarithm of this is taken from the PMI.
    power
        Of the singular values: 1 makes products those of the rows of the matrix, 0 weighs all dimensions alike.
    iterations
        Of the approximate factorisation.
    """

    baseline: bool
    vector_size: int
    window: int
    weighting: str
    sample: float
    smoothing: float
    shift: float
    power: float
    iterations: int

    def __post_init__(self) -> None:
        for key in ("vector_size", "window", "iterations"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")
        if self.weighting not in WEIGHTINGS:
            raise ValueError(f"weighting: must be one of {', '.join(WEIGHTINGS)}, not {self.weighting!r}")
        if not 0 <= self.sample < 1:
            raise ValueError(f"sample: must be at least 0 and below 1, not {self.sample:g}")
        for key in ("smoothing", "power"):
            if not 0 <= (value := getattr(self, key)) <= 1:
                raise ValueError(f"{key}: must be from 0 to 1, not {value:g}")
        if self.shift < 1:
            raise ValueError(f"shift: must be at least 1, not {self.shift:g}")

    def train(self, tokens: Tokens, *, seed: int, threads: int, history: History, checkpoint: Checkpoint) -> Embedding:
        """Return a vector for each word of `tokens`; `history` stays empty, and a minute needs no `checkpoint`.

        The same tokens, settings and `seed` give the same bytes on any number of `threads`. Memory, in bytes, for z
        counts, V words and dimension d: 12 z for the counts, then 20 z more while they become PMI; later 16 z at most
        and what `truncated_svd` says.

        Raises
        ------
        InputError
            If the text is too short to learn from, or has fewer words than a vector has dimensions.
        """
        from embedsmith.model.cooccurrence import cooccurrences
        from embedsmith.model.ppmi import ppmi, thin
        from embedsmith.model.truncated_svd import truncated_svd

        require_text(tokens, self.window)
        words = len(tokens.words)
        if self.vector_size > words:
            raise InputError(f"vector_size: {self.vector_size} is more than the {words} words there are; lower it")
        counts = cooccurrences(tokens, window=self.window, weighting=self.weighting, threads=threads)
        thin(counts, kept_shares(tokens.counts, self.sample))
        matrix = ppmi(counts, smoothing=self.smoothing, shift=self.shift)
        del counts
        if not matrix.nnz:
            raise InputError(
                f"shift: no two words are near each other more than {self.shift:g} times as often as by chance;"
                " lower it or give more text"
            )
        vectors, values = truncated_svd(
            matrix, self.vector_size, iterations=self.iterations, seed=seed, threads=threads
        )
        return Embedding.dense(tokens.words, vectors * (values**self.power).astype(np.float32))
