"""Token files: the corpus as ids, written as they come and mapped into memory when read."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from embedsmith.tokenizer.words import Vocabulary

SENTENCE_END = -1
"""The id after the last token of each sentence."""

BUFFER = 1 << 18
"""Ids held before they are written: 1 MB."""

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Tokens:
    """What training reads: the vocabulary, and the text as ids.

    Attributes
    ----------
    words
        V words, most frequent first; a word's place is its id.
    counts
        Times each was seen in the training text, (V,).
    train, held_out
        Word ids of the two parts, flat, each sentence followed by SENTENCE_END; words outside the vocabulary are left
        out. Mapped: only what is touched is read.
    pieces_train, pieces_held_out
        The same texts as ids of SentencePiece's pieces.
    """

    words: list[str]
    counts: npt.NDArray[np.int64]
    train: Ids
    held_out: Ids
    pieces_train: Ids
    pieces_held_out: Ids

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the tokens that `build` left in `folder`."""
        return cls(
            words=(folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1],
            counts=np.fromfile(folder / "counts.bin", dtype="<i8"),
            train=open_ids(folder / "train.bin"),
            held_out=open_ids(folder / "held_out.bin"),
            pieces_train=open_ids(folder / "pieces_train.bin"),
            pieces_held_out=open_ids(folder / "pieces_held_out.bin"),
        )


def write_vocabulary(vocabulary: Vocabulary, folder: Path) -> None:
    """Write words.txt, one word a line, and counts.bin, little-endian int64."""
    with (folder / "words.txt").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{word}\n" for word in vocabulary.words)
    vocabulary.counts.astype("<i8").tofile(folder / "counts.bin")


def open_ids(path: Path) -> Ids:
    """Map the ids in `path`, little-endian int32; an empty file, which cannot be mapped, is an empty array."""
    if path.stat().st_size == 0:
        return np.zeros(0, dtype=np.int32)
    return np.memmap(path, dtype="<i4", mode="r")


class IdWriter:
    """Writes sentences of ids to a file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._buffer = array("i")

    def add(self, sentence: Iterable[int]) -> None:
        """Write the ids of a sentence and its end; nothing for an empty one."""
        before = len(self._buffer)
        self._buffer.extend(sentence)
        if len(self._buffer) > before:
            self._buffer.append(SENTENCE_END)
        if len(self._buffer) >= BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._file.write(np.array(self._buffer, dtype="<i4").tobytes())
        self._buffer = array("i")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if error is None:
                self._flush()
