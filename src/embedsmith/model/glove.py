"""GloVe: vectors whose products are the logarithms of how often words stand near each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedsmith.embedding import Embedding
from embedsmith.model.blocks import require_text
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.tokenizer.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class GloVe:
    """Pennington, Socher & Manning (2014), "GloVe: global vectors for word representation".

    A word's vector is the sum of the two that it has as a word and as a context. One that is near no other keeps
    those it was drawn with.

    Parameters
    ----------
    baseline
        Whether it is measured untouched only.
    vector_size
        Dimensions.
    window
        Largest distance of a context word; one at distance d counts 1 / d.
    x_max, alpha
        A count x weighs (x / x_max) ** alpha, at most 1.
    epochs
        Times every count is trained on.
    learning_rate
        Of AdaGrad, as in the authors' code: it scales the gradients before their squares are summed, and the sums
        start at 1.
    classes
        Parts that the vocabulary is dealt to; so many threads can work at once, and the vectors depend on it.
    """

    baseline: bool
    vector_size: int
    window: int
    x_max: float
    alpha: float
    epochs: int
    learning_rate: float
    classes: int

    def __post_init__(self) -> None:
        for key in ("vector_size", "window", "epochs", "classes"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")
        for key in ("x_max", "learning_rate"):
            if (value := getattr(self, key)) <= 0:
                raise ValueError(f"{key}: must be above 0, not {value:g}")
        if self.alpha < 0:
            raise ValueError(f"alpha: must be at least 0, not {self.alpha:g}")

    def train(self, tokens: Tokens, *, seed: int, threads: int, history: History, checkpoint: Checkpoint) -> Embedding:
        """Train on `tokens` and return a vector for each of its words; `history` gets the mean loss of each epoch.

        The same tokens, settings and `seed` give the same bytes on any number of `threads`. Memory is what
        `cooccurrences` and `log_bilinear` say.

        Raises
        ------
        InputError
            If the text is too short to learn from, or the training diverges.
        """
        from embedsmith.model import log_bilinear
        from embedsmith.model.cooccurrence import cooccurrences

        require_text(tokens, self.window)
        counts = cooccurrences(tokens, window=self.window, weighting="harmonic", threads=threads)
        cells = log_bilinear.deal(
            counts, classes=self.classes, x_max=self.x_max, alpha=self.alpha, seed=seed, threads=threads
        )
        del counts
        generator = np.random.default_rng([seed, 0])
        parameters = log_bilinear.Parameters.drawn(len(tokens.words), self.vector_size, generator)
        log_bilinear.train(
            cells,
            parameters,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            words=int(tokens.counts.sum()),
            threads=threads,
            history=history,
            checkpoint=checkpoint,
        )
        words, contexts = parameters.vectors[:, :, : self.vector_size]
        return Embedding.dense(tokens.words, words + contexts)
