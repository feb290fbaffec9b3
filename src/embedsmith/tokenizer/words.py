"""Words: splitting a text, and the vocabulary of those that are frequent enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import regex


def splitter(pattern: str, lowercase: bool) -> Callable[[str], list[str]]:
    """Return the function from a text to its words: every match of `pattern`, in order."""
    find = regex.compile(pattern).findall
    return (lambda text: find(text.lower())) if lowercase else find


@dataclass(frozen=True)
class Vocabulary:
    """Words by descending count, ties in alphabetical order, so that equal counts give equal bytes.

    Attributes
    ----------
    words
        V words; a word's place is its id.
    counts
        Times each was seen in the training text, (V,).
    """

    words: list[str]
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, counts: Mapping[str, int], min_count: int) -> Self:
        """Return the vocabulary of the words counted at least `min_count` times."""
        kept = [(-count, word) for word, count in counts.items() if count >= min_count]
        kept.sort()
        return cls([word for _, word in kept], np.array([-count for count, _ in kept], dtype=np.int64))

    @cached_property
    def index(self) -> dict[str, int]:
        """Id of each word."""
        return {word: id_ for id_, word in enumerate(self.words)}

    def encode(self, words: Iterable[str]) -> list[int]:
        """Return the ids of those `words` that the vocabulary knows, in order."""
        index = self.index
        return [index[word] for word in words if word in index]
