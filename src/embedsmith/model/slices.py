"""The training text as files of words, each file an even share of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedsmith.tokenizer.tokens import SENTENCE_END, Tokens

BLOCK = 1 << 20
"""Ids in memory at a time."""


@dataclass(frozen=True)
class Slice:
    """A file of sentences, one a line, and how many words it holds."""

    path: Path
    words: int


def write_slices(tokens: Tokens, folder: Path, number: int) -> list[Slice]:
    """Deal the sentences of the training text out to `number` files, as cards are dealt.

    So every file has its share of each source: after any of them, the losses compare. Empty ones are left out.
    """
    lines = np.array([*tokens.words, "\n"], dtype=object)  # SENTENCE_END, -1, picks the last
    paths = [folder / f"{place}.txt" for place in range(number)]
    words = np.zeros(number, dtype=np.int64)
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("w", encoding="utf-8", newline="\n")) for path in paths]
        sentences = 0
        for start in range(0, len(tokens.train), BLOCK):
            ids = tokens.train[start : start + BLOCK]
            ends = ids == SENTENCE_END
            place = (sentences + np.cumsum(ends) - ends) % number
            sentences += int(ends.sum())
            words += np.bincount(place[~ends], minlength=number)
            for each, file in enumerate(files):
                file.write(" ".join(lines[ids[place == each]]) + " ")
    return [Slice(path, int(count)) for path, count in zip(paths, words, strict=True) if count]
