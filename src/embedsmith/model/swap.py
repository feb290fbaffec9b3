"""Swapping the words of one group for those of another: she for he, her for his or for him, names for names.

Where a word has several counterparts, grammar decides: her is his before a noun and him elsewhere. The text itself
tells: the word becomes the counterpart that stands more often before the same next word, or before the sentence's end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.model.blocks import cut, read
from embedsmith.tokenizer.tokens import SENTENCE_END, Ids, Tokens

BLOCK = 1 << 20
"""Ids that are read at a time."""
FORMS = (str, str.lower, str.capitalize, str.upper)
"""How a listed word may be written in the vocabulary."""

Pair = tuple[str, str]


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's.
@dataclass(kw_only=True)
class Swap:
    """Schema of conf/swap/*.yaml: what is swapped, in both directions, the case kept.

    Parameters
    ----------
    pairs
        A word of the one group and its counterpart of the other. A word may stand in several pairs, always on the same
        side.
    names
        Two lists of names, or none. Those that the vocabulary knows are paired by frequency, the most frequent with the
        most frequent: for lists of one length, the assignment of least difference, as Hall Maudslay et al. (2019),
        "It's all in the name", have it. What the longer list has beyond the other stays as it is.
    least
        Pairs that the vocabulary must know, both words of each.
    """

    pairs: list[list[str]]
    names: dict[str, list[str]]
    least: int

    def __post_init__(self) -> None:
        for pair in self.pairs:
            if len(pair) != 2:
                raise ValueError(f"pairs: must be pairs, not {pair}")
        if len(self.names) not in (0, 2):
            raise ValueError(f"names: must be two lists, or {{}} for none, not {len(self.names)}")
        for group, names in self.names.items():
            if not names:
                raise ValueError(f"names.{group}: empty; name some, or write names: {{}}")
            _refuse_repetition(f"names.{group}", names)
        if not self.pairs and not self.names:
            raise ValueError("pairs: empty; name some, or give names")
        _refuse_repetition("pairs", map(" ".join, self.pairs))
        _refuse_both("pairs", *([pair[side] for pair in self.pairs] for side in (0, 1)))
        if self.names:
            _refuse_both("names", *self.names.values())
            if both := _lower(chain(*self.pairs)) & _lower(chain(*self.names.values())):
                raise ValueError(f"names: {min(both)!r} is among the pairs too; take it out of one")
        if self.least < 1:
            raise ValueError(f"least: must be at least 1, not {self.least}")


def _refuse_repetition(key: str, words: Iterable[str]) -> None:
    seen: set[str] = set()
    for word in words:
        if word.lower() in seen:
            raise ValueError(f"{key}: {word!r} stands twice")
        seen.add(word.lower())


def _refuse_both(key: str, one: Iterable[str], other: Iterable[str]) -> None:
    if both := _lower(one) & _lower(other):
        raise ValueError(f"{key}: {min(both)!r} stands on both sides; take it out of one")


def _lower(words: Iterable[str]) -> set[str]:
    return {word.lower() for word in words}


def counterparts(swap: Swap, words: Sequence[str], counts: npt.NDArray[np.int64]) -> dict[int, list[int]]:
    """Return by id of each word that is swapped the ids of its counterparts; unknown words are left out.

    Parameters
    ----------
    words, counts
        The vocabulary, and how often each word is seen, (V,).

    Raises
    ------
    InputError
        If fewer pairs than `swap.least` are known.
    """
    index = {word: id_ for id_, word in enumerate(words)}
    pairs = [(one, other) for one, other in swap.pairs] + _matched(swap.names, index, counts)
    found: dict[int, list[int]] = {}
    known = 0
    for pair in pairs:
        ids = [(index[one], index[other]) for one, other in _written(pair) if one in index and other in index]
        known += bool(ids)
        for one, other in ids:
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
    if known < swap.least:
        raise InputError(
            f"swap.least: of {len(pairs)} pairs of words to swap, the vocabulary knows {known}, not {swap.least};"
            " list words that the text has, lower least or give more text"
        )
    return found


def _written(pair: Pair) -> list[Pair]:
    """Return the pair in each of its forms."""
    return list(dict.fromkeys((form(pair[0]), form(pair[1])) for form in FORMS))


def _matched(names: Mapping[str, list[str]], index: Mapping[str, int], counts: npt.NDArray[np.int64]) -> list[Pair]:
    """Pair the known names of the two lists by their rank in frequency, ties in alphabetical order."""

    def count(name: str) -> int:
        return sum(int(counts[index[form]]) for form in {form(name) for form in FORMS} if form in index)

    ranked = [sorted(filter(count, group), key=lambda name: (-count(name), name)) for group in names.values()]
    return list(zip(*ranked, strict=False))


class Swapper:
    """Swaps the words in ids of a text.

    Parameters
    ----------
    to
        (V + 1,): the id that each becomes, its own for most; SENTENCE_END, the last, stays.
    by_next
        By id of a word with several counterparts, the one that it becomes before each id, (V + 1,).
    """

    def __init__(self, to: Ids, by_next: Mapping[int, Ids]) -> None:
        self._to = to
        self._by_next = by_next

    @classmethod
    def of(cls, swap: Swap, tokens: Tokens) -> Self:
        """Return what swaps the words of `tokens`; what grammar decides is learned from the training text.

        Raises
        ------
        InputError
            If too few words are known.
        """
        found = counterparts(swap, tokens.words, tokens.counts)
        to = np.append(np.arange(len(tokens.words), dtype=np.int32), np.int32(SENTENCE_END))
        to[list(found)] = [others[0] for others in found.values()]
        several = {id_: others for id_, others in found.items() if len(others) > 1}
        followed = _followed(tokens.train, sorted(set(chain(*several.values()))), len(to))
        return cls(to, {id_: _before_each(others, followed) for id_, others in several.items()})

    def __call__(self, ids: Ids) -> Ids:
        """Return whole sentences with their words swapped, (n,)."""
        swapped = self._to[ids]
        for id_, before in self._by_next.items():
            places = np.flatnonzero(ids == id_)
            swapped[places] = before[ids[places + 1]]
        return swapped


def _followed(text: Ids, ids: Sequence[int], size: int) -> dict[int, npt.NDArray[np.int64]]:
    """Count by what each of `ids` is followed in `text`, (size,); the last is the end of a sentence."""
    counts = {id_: np.zeros(size, np.int64) for id_ in ids}
    for block in blocks(text) if ids else ():
        for id_, own in counts.items():
            following = block[np.flatnonzero(block == id_) + 1]
            own += np.bincount(following % size, minlength=size)  # SENTENCE_END is -1
    return counts


def _before_each(others: Sequence[int], followed: Mapping[int, npt.NDArray[np.int64]]) -> Ids:
    """Return which of `others` stands most often before each id, the most frequent of all where none does."""
    ranked = sorted(others, key=lambda id_: -followed[id_].sum())
    chosen: Ids = np.array(ranked, np.int32)[np.argmax([followed[id_] for id_ in ranked], axis=0)]
    return chosen


def blocks(text: Ids) -> Iterator[Ids]:
    """Yield `text` in blocks of whole sentences."""
    bounds = cut(text, BLOCK)
    return (read(text, start, end) for start, end in pairwise(bounds))
