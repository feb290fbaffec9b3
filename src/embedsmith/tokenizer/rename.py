"""Renaming: a few occurrences of frequent words by another name, so that training meets rare words it can be judged by.

The rare word `w~n` is met n times, in contexts of `w`, whose vector says where it belongs. A model that reads spellings
sees `w` in the rare word, which so keeps its relatives, and one private character in `w` itself, from which there is
nothing to copy.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedsmith.errors import InputError
from embedsmith.files import write_json
from embedsmith.tokenizer.kernel.rename import rename
from embedsmith.tokenizer.settings import PRIVATE, Rename
from embedsmith.tokenizer.tokens import RENAMED, Ids
from embedsmith.tokenizer.words import Vocabulary

MARK = "~"


@dataclass(frozen=True)
class Renaming:
    """A word of which some occurrences get another name.

    Attributes
    ----------
    original
        The word.
    places
        The occurrences, ascending, as numbers from 0 on in the order of the training text.
    opaque
        How the original is spelled from here on.
    """

    original: str
    places: list[int]
    opaque: str

    @property
    def name(self) -> str:
        """The other name."""
        return f"{self.original}{MARK}{len(self.places)}"


def draw(counts: Mapping[str, int], settings: Rename) -> list[Renaming]:
    """Draw the words, how often each is renamed, and which of its occurrences are.

    Every number of occurrences is dealt to as many words as any other, one more or less.

    Parameters
    ----------
    counts
        Times each word is seen in the training text.

    Raises
    ------
    InputError
        If too few words are frequent enough.
    """
    frequent = sorted(word for word, count in counts.items() if count >= settings.least)
    if len(frequent) < settings.words:
        raise InputError(
            f"tokenizer.rename.words: {settings.words} words are to be renamed, but only {len(frequent)} are seen"
            f" {settings.least} times; lower words or least, or give more text"
        )
    chosen = random.Random(settings.seed)
    return [
        Renaming(
            word,
            sorted(chosen.sample(range(counts[word]), settings.occurrences[number % len(settings.occurrences)])),
            chr(PRIVATE[number]),
        )
        for number, word in enumerate(chosen.sample(frequent, settings.words))
    ]


def check(words: Iterable[str]) -> None:
    """Refuse text in which a word looks like a renamed one, or like the spelling of an original.

    Raises
    ------
    InputError
        For such a word.
    """
    for word in words:
        if MARK in word:
            raise InputError(
                f"tokenizer.rename: the word {word!r} holds {MARK}, which marks renamed words;"
                " use a word_pattern without"
            )
        if any(ord(letter) in PRIVATE for letter in word):
            raise InputError(
                f"tokenizer.rename: the word {word!r} holds a private-use character, which renaming needs;"
                " use a word_pattern without"
            )


def counts_after(counts: Mapping[str, int], renamings: Sequence[Renaming]) -> dict[str, int]:
    """Return `counts` with the renamed occurrences taken from the originals and given to the new words."""
    after = dict(counts)
    for each in renamings:
        after[each.original] -= len(each.places)
        after[each.name] = len(each.places)
    return after


def write(renamings: Sequence[Renaming], folder: Path) -> None:
    """Write renamed.json: by new name its original, the number of occurrences, and how both are spelled."""
    entries = {
        each.name: {
            "original": each.original,
            "occurrences": len(each.places),
            "spelling": each.original,
            "original_spelling": each.opaque,
        }
        for each in renamings
    }
    write_json(folder / RENAMED, entries)


class Renamer:
    """Renames the occurrences in the ids of the training text, which it is handed in order."""

    def __init__(self, renamings: Sequence[Renaming], vocabulary: Vocabulary) -> None:
        index = vocabulary.index
        self._number = np.full(len(vocabulary.words), -1, dtype=np.int32)
        self._number[[index[each.original] for each in renamings]] = np.arange(len(renamings))
        self._names = np.array([index[each.name] for each in renamings], dtype=np.int32)
        self._places = np.array([place for each in renamings for place in each.places], dtype=np.int64)
        self._ends = np.cumsum([len(each.places) for each in renamings], dtype=np.int64)
        self._next = np.concatenate([[0], self._ends[:-1]])
        self._seen = np.zeros(len(renamings), dtype=np.int64)

    def __call__(self, ids: Ids) -> None:
        """Rename in place."""
        rename(ids, self._number, self._names, self._places, self._ends, self._seen, self._next)
