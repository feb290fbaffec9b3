"""Joining the phrases of token files, and the vocabulary that they then have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from embedsmith.errors import InputError
from embedsmith.tokenizer import phrases
from embedsmith.tokenizer.phrases import JOINER, Counts, Keys
from embedsmith.tokenizer.settings import Phrases
from embedsmith.tokenizer.tokens import HELD_OUT, SENTENCE_END, TRAIN, Ids, write_ids
from embedsmith.tokenizer.words import Vocabulary

BLOCK = 1 << 21
"""Ids that are read at a time."""
DROPPED = -2
"""The id of what is left out."""


def check(words: Iterable[str]) -> None:
    """Refuse text in which a word looks like a phrase.

    Raises
    ------
    InputError
        For such a word.
    """
    if like := next((word for word in words if JOINER in word), None):
        raise InputError(
            f"tokenizer.phrases: the word {like!r} holds {JOINER}, which joins phrases; use a word_pattern without"
        )


def join_files(folder: Path, vocabulary: Vocabulary, settings: Phrases, min_count: int) -> tuple[Vocabulary, int, int]:
    """Join the phrases of the training text in both token files of `folder`, rewriting them.

    Each pass finds pairs of what the one before has left, so that two of them make phrases of up to four words. A word
    or phrase that is seen less than `min_count` times when all is joined is left out, as is a sentence of no others.

    Parameters
    ----------
    vocabulary
        Of the token files: all words of the training text, so that those side by side there are so in the text.

    Returns
    -------
    The vocabulary of words and phrases, and how many words of the training text and of the text that is held out stand
    in the files, alone or in a phrase.

    Raises
    ------
    InputError
        If nothing is seen so often.
    """
    index, counts = dict(vocabulary.index), vocabulary.counts
    for _ in range(settings.passes):
        keys = phrases.find(blocks(folder / TRAIN), counts, settings)
        if not len(keys):
            break
        ids = _number(keys, index)
        for name in (TRAIN, HELD_OUT):
            _rewrite(folder / name, partial(phrases.join, keys=keys, phrases=ids, size=len(index)))
        counts = _count(folder / TRAIN, len(index))
    kept = Vocabulary.of(dict(zip(index, counts.tolist(), strict=True)), min_count)
    if not kept.words:
        raise InputError(
            f"tokenizer.phrases: no word or phrase is seen {min_count} times when phrases are joined; lower"
            " tokenizer.min_count, raise phrases.threshold or give more text"
        )
    to = np.full(len(index) + 1, DROPPED, np.int32)
    to[-1] = SENTENCE_END
    to[[index[word] for word in kept.words]] = np.arange(len(kept.words))
    for name in (TRAIN, HELD_OUT):
        _rewrite(folder / name, partial(_renumbered, to=to))
    lengths = np.array([1 + word.count(JOINER) for word in kept.words])
    held_out = _count(folder / HELD_OUT, len(kept.words))
    return kept, int(kept.counts @ lengths), int(held_out @ lengths)


def _number(keys: Keys, index: dict[str, int]) -> Ids:
    """Return the ids of the phrases of these pairs; `index` gets those that it lacks.

    A phrase that is made in two ways, of new_york and city or of new and york_city, has one id.
    """
    words = list(index)
    pairs = zip(*(side.tolist() for side in phrases.ids_of(keys)), strict=True)
    names = [f"{words[first]}{JOINER}{words[second]}" for first, second in pairs]
    return np.array([index.setdefault(name, len(index)) for name in names], np.int32)


def _renumbered(ids: Ids, to: Ids) -> Ids:
    """Return whole sentences by other ids, without what is dropped, and without those that have nothing else."""
    ids = to[ids]
    ids = ids[ids != DROPPED]
    ends = ids == SENTENCE_END
    kept: Ids = ids[~(ends & np.append(True, ends)[:-1])]
    return kept


def _count(path: Path, size: int) -> Counts:
    """Return how often each id is in the file, (size,)."""
    counts = np.zeros(size, np.int64)
    for ids in blocks(path):
        counts += np.bincount(ids[ids != SENTENCE_END], minlength=size)
    return counts


def _rewrite(path: Path, change: Callable[[Ids], Ids]) -> None:
    """Change the file block by block."""
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        for ids in blocks(path):
            write_ids(file, change(ids))
    draft.replace(path)


def blocks(path: Path) -> Iterator[Ids]:
    """Yield the ids in `path` in blocks of whole sentences."""
    rest = np.zeros(0, np.int32)
    with path.open("rb") as file:
        while len(ids := np.fromfile(file, "<i4", BLOCK)):
            ids = np.concatenate([rest, ids])
            ends = np.flatnonzero(ids == SENTENCE_END)
            end = int(ends[-1]) + 1 if len(ends) else 0
            rest = ids[end:]
            if end:
                yield ids[:end]
