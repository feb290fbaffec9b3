"""The words of sentences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.tokenizer.kernel.arrays import I4, I8, Bytes
from embedsmith.tokenizer.kernel.table import BASIS, PRIME, tag_of
from embedsmith.tokenizer.kernel.utf8 import character, put

GROWTH = 2
"""Bytes of a lower-cased word for one of its own, at most: a character of 2 bytes may become one of 3, never of 5."""


class Words(NamedTuple):
    """w words of s sentences.

    Attributes
    ----------
    arena
        Their bytes, as they stand in a vocabulary, one word after the other.
    ends
        (w + 1,): word w is arena[ends[w]:ends[w + 1]].
    tags
        (w,): what a table finds each by.
    sentences
        (s,): the number of words up to the end of each sentence.
    """

    arena: Bytes
    ends: I8
    tags: I8
    sentences: I8


@compiled
def split(text: Bytes, bounds: I8, fold: I4) -> Words:
    """Return the words of the sentences: the longest runs of characters that `fold` has an answer for.

    Parameters
    ----------
    text : uint8 (n,)
        UTF-8.
    bounds : int64 (s, 2)
        Where each sentence begins and ends.
    fold : int32 (0x110000,)
        By code point: the one that stands for it in a word, or a negative number where it is no part of one.
    """
    size = 0
    for sentence in range(len(bounds)):
        size += bounds[sentence, 1] - bounds[sentence, 0] + 1
    arena = np.empty(GROWTH * size, np.uint8)
    ends = np.empty(size // 2 + 1, np.int64)
    tags = np.empty(size // 2, np.int64)
    sentences = np.empty(len(bounds), np.int64)
    end, words = 0, 0
    ends[0] = 0
    for sentence in range(len(bounds)):
        at, stop = bounds[sentence, 0], bounds[sentence, 1]
        begin, state = end, BASIS
        while at < stop:
            first = text[at]
            if first < 0x80:
                point, at = int(first), at + 1
            else:
                point, at = character(text, at)
            folded = fold[point]
            if folded >= 0x80:
                start = end
                end = put(folded, arena, end)
                for place in range(start, end):
                    state = (state ^ arena[place]) * PRIME
            elif folded >= 0:
                arena[end] = folded
                end += 1
                state = (state ^ folded) * PRIME
            elif end > begin:
                tags[words] = tag_of(state)
                words += 1
                ends[words] = end
                begin, state = end, BASIS
        if end > begin:
            tags[words] = tag_of(state)
            words += 1
            ends[words] = end
        sentences[sentence] = words
    return Words(arena, ends[: words + 1], tags[:words], sentences)


@compiled
def known(numbers: I4, sentences: I8, sentence_end: int) -> I4:
    """Return the `numbers` (w,) that are not negative, `sentence_end` after each sentence that has one."""
    ids = np.empty(len(numbers) + len(sentences), np.int32)
    written, word = 0, 0
    for last in sentences:
        before = written
        while word < last:
            if numbers[word] >= 0:
                ids[written] = numbers[word]
                written += 1
            word += 1
        if written > before:
            ids[written] = sentence_end
            written += 1
    return ids[:written].copy()
