"""word2vec: skip-gram with negative sampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from embedsmith.embedding import Embedding
from embedsmith.model.history import History
from embedsmith.model.loss import held_out_pairs
from embedsmith.tokenizer.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Word2Vec:
    """Mikolov et al. (2013), "Distributed representations of words and phrases and their compositionality".

    Parameters
    ----------
    baseline
        Whether it is measured untouched only.
    vector_size
        Dimensions.
    window
        Largest distance of a context word; each centre draws its own from 1 to `window`.
    negative
        Negatives of each pair.
    sample
        Words of a larger share than this are thinned out, the more frequent the more; 0 keeps all.
    epochs
        Times the text is read.
    learning_rate, min_learning_rate
        It falls linearly from the first to the second.
    history_points
        Places at which learning rate and loss are recorded; each ends a slice of an epoch.
    loss_pairs
        Held-out pairs that the recorded loss is the mean of.
    """

    baseline: bool
    vector_size: int
    window: int
    negative: int
    sample: float
    epochs: int
    learning_rate: float
    min_learning_rate: float
    history_points: int
    loss_pairs: int

    def __post_init__(self) -> None:
        for key in ("vector_size", "window", "negative", "epochs", "history_points", "loss_pairs"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")
        if not 0 <= self.sample < 1:
            raise ValueError(f"sample: must be at least 0 and below 1, not {self.sample:g}")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate: must be above 0, not {self.learning_rate:g}")
        if not 0 < self.min_learning_rate <= self.learning_rate:
            raise ValueError(
                f"min_learning_rate: must be above 0 and at most learning_rate ({self.learning_rate:g}),"
                f" not {self.min_learning_rate:g}"
            )

    def train(self, tokens: Tokens, *, seed: int, history: History) -> Embedding:
        """Train on `tokens` and return a vector for each of its words; the course is added to `history`.

        The same tokens, settings and `seed` give the same bytes.
        """
        from embedsmith.model import gensim_training

        pairs = held_out_pairs(tokens, pairs=self.loss_pairs, window=self.window, negative=self.negative)
        network = self._network(
            vector_size=self.vector_size,
            window=self.window,
            negative=self.negative,
            sample=self.sample,
            seed=seed,
            **gensim_training.SETTINGS,
        )
        gensim_training.train(
            network,
            tokens,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            min_learning_rate=self.min_learning_rate,
            points=self.history_points,
            pairs=pairs,
            history=history,
        )
        return Embedding.dense(tokens.words, network.wv.vectors)

    def _network(self, **settings: Any) -> Any:
        """Return gensim's untrained network."""
        from gensim.models import Word2Vec as Network

        return Network(**settings)
