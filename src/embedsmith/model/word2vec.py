"""word2vec: skip-gram or CBOW with negative sampling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import Embedding
from embedsmith.model.blocks import require_text
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.pretrained import Pretrained, load
from embedsmith.model.sampling import kept_shares, noise_table, rare_visits
from embedsmith.tokenizer.tokens import Tokens

Rows = npt.NDArray[np.float32]
ARCHITECTURES = ("skipgram", "cbow")


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's.
@dataclass(kw_only=True)
class Rare:
    """Favouring rare words: those seen less than `below` times.

    Parameters
    ----------
    below
        Occurrences from which on a word is not rare.
    window
        Largest distance at which they look.
    power
        Their occurrences are centres (below / count) ** power times: 1 makes up for their count, 0 does nothing.
    most
        Times that one occurrence is a centre in an epoch, at most.
    """

    below: int
    window: int
    power: float
    most: float

    def __post_init__(self) -> None:
        for key in ("below", "window"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")
        if self.power < 0:
            raise ValueError(f"power: must be at least 0, not {self.power:g}")
        if not 1 <= self.most <= 100:
            raise ValueError(f"most: must be from 1 to 100, not {self.most:g}")


@dataclass(frozen=True, kw_only=True)
class Word2Vec:
    """Mikolov et al. (2013), "Distributed representations of words and phrases and their compositionality".

    Parameters
    ----------
    baseline
        Whether it is measured untouched only.
    architecture
        `skipgram` or `cbow`.
    vector_size
        Dimensions.
    window
        Largest distance of a context word; each centre draws its own from 1 to `window`.
    negative
        Negatives of each pair.
    shared
        Negatives that eight centres share, weighted so that they stand for those of their pairs: a multiple of 4, from
        8 on. The fewer, the faster; the more, the nearer to drawing them for each pair.
    sample
        Words of a larger share than this are thinned out, the more frequent the more; 0 keeps all.
    noise_exponent
        Negatives are drawn by count to this power.
    rare
        How rare words are favoured; null treats all alike.
    pretrained
        Vectors to start from, and how far they may move; null starts at random. Words that they lack start at random.
    epochs
        Times the text is read.
    learning_rate, min_learning_rate
        It falls linearly from the first to the second.
    block
        Ids that are trained between two changes of the learning rate, at most; each epoch takes the blocks in an order
        of its own.
    parts
        Blocks that the dimensions are divided in: as many threads can work at once. Sums are taken part by part, so
        that the last digits of the vectors depend on it, as they do not on the number of threads.
    history_points
        Places at which learning rate and loss are recorded.
    """

    baseline: bool
    architecture: str
    vector_size: int
    window: int
    negative: int
    shared: int
    sample: float
    noise_exponent: float
    rare: Rare | None
    pretrained: Pretrained | None
    epochs: int
    learning_rate: float
    min_learning_rate: float
    block: int
    parts: int
    history_points: int

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            raise ValueError(f"architecture: must be one of {', '.join(ARCHITECTURES)}, not {self.architecture!r}")
        for key in ("vector_size", "window", "negative", "epochs", "block", "parts", "history_points"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")
        if self.shared < 8 or self.shared % 4:
            raise ValueError(f"shared: must be a multiple of 4, and at least 8, not {self.shared}")
        if not 0 <= self.sample < 1:
            raise ValueError(f"sample: must be at least 0 and below 1, not {self.sample:g}")
        if not 0 < self.min_learning_rate <= self.learning_rate:
            raise ValueError(
                f"min_learning_rate: must be above 0 and at most learning_rate ({self.learning_rate:g}),"
                f" not {self.min_learning_rate:g}"
            )

    def train(self, tokens: Tokens, *, seed: int, threads: int, history: History, checkpoint: Checkpoint) -> Embedding:
        """Train on `tokens` and return a vector for each of its words; the course is added to `history`.

        The same tokens, settings and `seed` give the same bytes on any number of `threads`.

        Raises
        ------
        InputError
            If the text is too short to learn from.
        """
        from embedsmith.model.matrices import joined, uniform

        require_text(tokens, self.window)
        inputs = uniform(len(tokens.words), self.vector_size, self.parts, np.random.default_rng([seed, 0]))
        tether = self._start(tokens, inputs)
        self._run(
            tokens, inputs, seed=seed, threads=threads, history=history, checkpoint=checkpoint, after_block=tether
        )
        return Embedding.dense(tokens.words, joined(inputs, self.vector_size))

    def _start(self, tokens: Tokens, inputs: Rows) -> Callable[[], None] | None:
        """Put the pretrained vectors into `inputs`; return what keeps them near, if they are to be."""
        from embedsmith.model.kernel.tether import tether
        from embedsmith.model.matrices import joined, split

        if self.pretrained is None:
            return None
        ids, origin = load(self.pretrained, tokens.words, self.vector_size)
        start = joined(inputs, self.vector_size)
        start[ids] = origin
        split(start, inputs)
        if (most := self.pretrained.max_move) is None:
            return None
        return lambda: tether(inputs, ids, origin, np.float32(most))

    def _run(self, tokens: Tokens, inputs: Rows, *, seed: int, units: Any = None, **course: Any) -> None:
        """Train the rows `inputs`, and rows of outputs that are then forgotten."""
        from embedsmith.model import sgns
        from embedsmith.model.kernel.random import seed_of
        from embedsmith.model.matrices import aligned
        from embedsmith.model.visits import Reading

        counts = tokens.counts
        window, visits = np.full(len(counts), self.window, np.int32), np.ones(len(counts), np.float32)
        if self.rare is not None:
            window[counts < self.rare.below] = self.rare.window
            visits = rare_visits(counts, self.rare.below, self.rare.power, self.rare.most)
        keep = np.minimum(kept_shares(counts, self.sample) * 2.0**32, 2**32 - 1).astype(np.uint32)
        network = sgns.Network(
            inputs=inputs,
            outputs=aligned(len(inputs), len(counts), inputs.shape[2]),
            cbow=self.architecture == "cbow",
            noise=noise_table(counts, self.noise_exponent, seed_of(seed, 1)),
            negative=self.negative,
            shared=self.shared,
            units=units,
        )
        schedule = sgns.Schedule(
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            min_learning_rate=self.min_learning_rate,
            block=self.block,
            points=self.history_points,
            seed=seed,
        )
        reading = Reading(keep=keep, window=window, visits=visits)
        sgns.train(tokens.train, network, reading, schedule, words=int(counts.sum()), **course)
