"""The vectors of words where they are well known, those of their subwords where they are rare, in one space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.embedding import Dense, Embedding
from embedsmith.errors import InputError
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.tokenizer.tokens import Tokens

ROOM = "embedsmith.model"
Rows = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Hybrid:
    """Two models trained on the same text: the vectors of `subwords` are turned into the space of `words`.

    Two models have spaces of their own, so that vectors of both side by side would mean nothing. The rotation is the
    one that brings the vectors of the frequent words, which both know well, closest together.

    Parameters
    ----------
    baseline
        Whether it is measured untouched only.
    below
        Occurrences from which on a word has its vector from `words`.
    words, subwords
        Settings of the two models, each with its `kind`; of the same vector_size.
    """

    baseline: bool
    below: int
    words: dict[str, Any]
    subwords: dict[str, Any]

    def __post_init__(self) -> None:
        if self.below < 1:
            raise ValueError(f"below: must be at least 1, not {self.below}")
        for key in ("words", "subwords"):
            try:
                self._model(key)
            except InputError as error:
                raise ValueError(str(error)) from None
        sizes = [getattr(self, key)["vector_size"] for key in ("words", "subwords")]
        if sizes[0] != sizes[1]:
            raise ValueError(f"subwords.vector_size: must be that of words, {sizes[0]}, not {sizes[1]}")

    def train(self, tokens: Tokens, *, seed: int, threads: int, history: History, checkpoint: Checkpoint) -> Embedding:
        """Train both models; words seen less than `below` times, and unseen ones, get vectors of the second.

        Raises
        ------
        InputError
            As the models; and if no more words are frequent than the vectors have dimensions.
        """
        frequent, dimension = tokens.counts >= self.below, self.words["vector_size"]
        if frequent.sum() <= dimension:
            raise InputError(
                f"hybrid: {int(frequent.sum())} words are seen {self.below} times, too few to align {dimension}"
                " dimensions; lower below, or give more text"
            )
        trained = []
        for key in ("words", "subwords"):
            own = history.part()
            course = {"threads": threads, "history": own, "checkpoint": checkpoint.part(key)}
            trained.append(self._model(key).train(tokens, seed=seed, **course))
            history.append(own)
        with threadpool_limits(1):
            return join(trained[0], trained[1], frequent)

    def _model(self, key: str) -> Any:
        settings = dict(getattr(self, key))
        if "kind" not in settings:
            raise InputError(f"{key}.kind: missing; say which")
        return build(find(ROOM, str(settings.pop("kind")), f"{key}.kind"), settings, key)


def join(words: Embedding, subwords: Embedding, frequent: npt.NDArray[np.bool_]) -> Embedding:
    """Return the `words` where they are `frequent`, (V,), the `subwords` elsewhere, with their fallback, aligned."""
    turn = align(subwords.matrix()[frequent], words.matrix()[frequent])
    turned = subwords.converted(lambda rows: Dense(np.ascontiguousarray(rows @ turn)))
    return replace(turned, codec=Dense(np.where(frequent[:, None], words.matrix(), turned.matrix())))


def align(source: Rows, target: Rows) -> Rows:
    """Return the rotation, times a scale, that brings rows of `source` nearest to those of `target`, (d, d).

    Orthogonal Procrustes (Schoenemann 1966) between the directions of the rows, so that long vectors weigh no more
    than short ones; the scale makes their mean lengths equal.
    """
    from scipy.linalg import orthogonal_procrustes

    lengths = [np.linalg.norm(rows, axis=1, keepdims=True) for rows in (source, target)]
    units = [rows / np.maximum(length, 1e-12) for rows, length in zip((source, target), lengths, strict=True)]
    rotation, _ = orthogonal_procrustes(*(unit.astype(np.float64) for unit in units))
    turn: Rows = (rotation * (lengths[1].mean() / max(lengths[0].mean(), 1e-12))).astype(np.float32)
    return turn
