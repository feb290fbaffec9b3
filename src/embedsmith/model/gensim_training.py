"""Training a network of gensim's, deterministic, in slices whose learning rate and loss are kept."""

from __future__ import annotations

import logging
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from embedsmith.model.history import History
from embedsmith.model.loss import Pairs, sgns_loss
from embedsmith.model.slices import write_slices
from embedsmith.progress import progress
from embedsmith.tokenizer.tokens import Tokens

SETTINGS = {
    "sg": 1,  # skip-gram
    "hs": 0,  # negative sampling instead of a hierarchical softmax
    "workers": 1,  # more of them race: no two runs alike
    "min_count": 1,  # the vocabulary is already cut
    "sorted_vocab": 0,  # and sorted, ties included
}
"""What every network is built with, beside its own settings."""


def learning_rate_at(share: float, first: float, last: float) -> float:
    """Return the learning rate after `share` of the training: it falls linearly from `first` to `last`."""
    return first + (last - first) * share


def train(
    network: Any,
    tokens: Tokens,
    *,
    epochs: int,
    learning_rate: float,
    min_learning_rate: float,
    points: int,
    pairs: Pairs,
    history: History,
) -> None:
    """Train `network`, a gensim model without a vocabulary, on the training text, in place.

    An epoch is cut into slices, each one call of gensim's `train` in corpus_file mode (whose reading and training
    hold no interpreter lock), so that the learning rate falls linearly over the whole training and is known, with the
    loss on `pairs`, at about `points` places.
    """
    logging.getLogger("gensim").setLevel(logging.CRITICAL)
    network.build_vocab_from_freq(dict(zip(tokens.words, tokens.counts.tolist(), strict=True)))
    with TemporaryDirectory(prefix="embedsmith-") as folder:
        slices = write_slices(tokens, Path(folder), ceil(points / epochs))
        total, seen = epochs * sum(piece.words for piece in slices), 0
        with progress("training", "words", total) as report:
            for piece in slices * epochs:
                start = learning_rate_at(seen / total, learning_rate, min_learning_rate)
                seen += piece.words
                end = learning_rate_at(seen / total, learning_rate, min_learning_rate)
                network.train(
                    corpus_file=str(piece.path),
                    total_words=piece.words,
                    epochs=1,
                    start_alpha=start,
                    end_alpha=end,
                )
                loss = sgns_loss(network.wv.vectors, network.syn1neg, pairs)
                history.add(words=seen, learning_rate=end, loss=loss)
                report(seen, f"loss {loss:.3f}")
