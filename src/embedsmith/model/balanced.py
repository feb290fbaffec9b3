"""Counterfactual data augmentation: a model trained on the text and on what it says with the groups swapped.

Each sentence with a word of a group is followed by a copy in which those words are swapped (Zhao et al. 2018, "Gender
bias in coreference resolution"; Lu et al. 2018, "Gender bias in neural natural language processing"); both stay. So the
training text says of either group what it says of the other: a word and its counterpart are seen equally often, in the
same contexts.

Words are swapped as ids, when training starts: the sentences are those that swapping in the corpus would give, but all
models of a run read the same tokens and have the same vocabulary, so that the balanced one can be compared with the
others, and no model has to know of it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.swap import Swap, Swapper, blocks
from embedsmith.progress import progress
from embedsmith.tokenizer.tokens import SENTENCE_END, Ids, Tokens, write_ids

ROOM = "embedsmith.model"


@dataclass(frozen=True, kw_only=True)
class Balanced:
    """Any model, trained on a balanced text.

    Parameters
    ----------
    baseline
        Whether it is measured untouched only.
    swap
        The words that are swapped.
    model
        Settings of the model, with its `kind`.
    """

    baseline: bool
    swap: Swap
    model: dict[str, Any]

    def __post_init__(self) -> None:
        try:
            self._model()
        except InputError as error:
            raise ValueError(str(error)) from None

    def train(self, tokens: Tokens, *, seed: int, threads: int, history: History, checkpoint: Checkpoint) -> Embedding:
        """Train the model on the balanced text; `history` is its own.

        Raises
        ------
        InputError
            As the model; and if the vocabulary knows too few of the words to swap.
        """
        balanced = balance(tokens, Swapper.of(self.swap, tokens))
        course = {"threads": threads, "history": history, "checkpoint": checkpoint}
        embedding: Embedding = self._model().train(balanced, seed=seed, **course)
        return embedding

    def _model(self) -> Any:
        settings = dict(self.model)
        if "kind" not in settings:
            raise InputError("model.kind: missing; say which")
        return build(find(ROOM, str(settings.pop("kind")), "model.kind"), settings, "model")


def balance(tokens: Tokens, swapper: Swapper) -> Tokens:
    """Return `tokens` with each sentence that has a word to swap followed by its swapped copy, and counts to match.

    The words keep their ids. The text is mapped from a temporary file without a name, at most twice as large as the
    token file; memory is that of a block.
    """
    train, counts = _balanced(tokens.train, swapper, len(tokens.words))
    held_out, _ = _balanced(tokens.held_out, swapper, len(tokens.words))
    return replace(tokens, train=train, held_out=held_out, counts=counts)


def _balanced(text: Ids, swapper: Swapper, words: int) -> tuple[Ids, npt.NDArray[np.int64]]:
    """Return the balanced `text`, mapped, and how often it has each word, (V,)."""
    counts = np.zeros(words, np.int64)
    done = 0
    with tempfile.TemporaryFile() as file, progress("balancing", "ids", len(text)) as report:
        for block in blocks(text):
            ids = with_copies(block, swapper(block))
            counts += np.bincount(ids[ids != SENTENCE_END], minlength=words)
            write_ids(file, ids)
            report(done := done + len(block))
        file.flush()
        return (np.memmap(file, dtype="<i4", mode="r") if done else text), counts


def with_copies(ids: Ids, swapped: Ids) -> Ids:
    """Return whole sentences, each followed by its copy in `swapped` where that differs.

    Parameters
    ----------
    ids, swapped
        (n,), the same sentences, SENTENCE_END after each.
    """
    ends = np.flatnonzero(ids == SENTENCE_END) + 1
    starts = np.append(0, ends)[:-1]
    differs = np.logical_or.reduceat(ids != swapped, starts)
    sentence = np.repeat(np.arange(len(ends)), 1 + differs)
    is_copy = np.append(False, sentence[1:] == sentence[:-1])
    lengths = (ends - starts)[sentence]
    shift = starts[sentence] - (np.cumsum(lengths) - lengths)
    places = np.arange(lengths.sum()) + np.repeat(shift, lengths)
    with_both: Ids = np.where(np.repeat(is_copy, lengths), swapped[places], ids[places])
    return with_both
