"""Token files: the corpus as ids, written as they come and mapped into memory when read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.files import read_json
from embedsmith.tokenizer.words import Vocabulary

SENTENCE_END = -1
"""The id after the last token of each sentence."""

TRAIN = "train.bin"
HELD_OUT = "held_out.bin"
PIECES = "pieces.model"
RENAMED = "renamed.json"

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Tokens:
    """What training reads: the vocabulary, and the text as ids.

    Attributes
    ----------
    words
        V words, most frequent first; a word's place is its id. With `tokenizer.phrases`, phrases too: `new_york`.
    counts
        Times each was seen in the training text, (V,).
    train, held_out
        Word ids of the two parts, flat, each sentence followed by SENTENCE_END; words outside the vocabulary are left
        out. Mapped: only what is touched is read.
    spellings
        How a model that reads spellings is to spell each word: as it is, but for those that `tokenizer.rename` touched.
    pieces
        The file of the SentencePiece model.
    """

    words: list[str]
    counts: npt.NDArray[np.int64]
    train: Ids
    held_out: Ids
    spellings: list[str]
    pieces: Path

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the tokens that `build` left in `folder`."""
        words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1]
        return cls(
            words=words,
            counts=np.fromfile(folder / "counts.bin", dtype="<i8"),
            train=open_ids(folder / TRAIN),
            held_out=open_ids(folder / HELD_OUT),
            spellings=_spellings(words, folder / RENAMED),
            pieces=folder / PIECES,
        )


def _spellings(words: list[str], renamed: Path) -> list[str]:
    """Return the spelling of each of `words`, with what the file `renamed` says of some, if there is one."""
    if not renamed.exists():
        return words
    entries = read_json(Path(), renamed)
    try:
        spelled = {name: str(entry["spelling"]) for name, entry in entries.items()}
        spelled |= {str(entry["original"]): str(entry["original_spelling"]) for entry in entries.values()}
    except (KeyError, TypeError):
        raise InputError(f"{renamed}: not a table of renamed words; remove its folder and run `dvc repro`") from None
    return [spelled.get(word, word) for word in words]


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


def write_ids(file: BinaryIO, ids: Ids) -> None:
    """Write `ids`, sentences with their ends, behind what is in `file`."""
    file.write(ids.astype("<i4", copy=False).data)
