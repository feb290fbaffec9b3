"""A hash table from words, as UTF-8, to their numbers: open addressing, linear probing, words compared byte by byte."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.tokenizer.kernel.arrays import I4, I8, Bytes

BASIS, PRIME = -0x340D631B7BDDDCDB, 0x100000001B3
"""Of FNV-1a with 64 bits (Fowler, Noll and Vo), in signed arithmetic that wraps."""
TAG = 0x7FFFFFFF
NUMBER = 0xFFFFFFFF


class Table(NamedTuple):
    """The arrays of a table; kernels that add to it return the table to go on with.

    Attributes
    ----------
    slots
        (power of 2,), at most half of them used: 0, or a word's tag in the upper and its number + 1 in the lower half.
    ends
        Word w, in order of arrival, is arena[ends[w]:ends[w + 1]].
    counts
        What was added to each word.
    arena
        The words, one after the other.
    size
        Number of words; the arrays are longer.
    """

    slots: I8
    ends: I8
    counts: I8
    arena: Bytes
    size: int


def empty(words: int) -> Table:
    """Return a table with room for about so many `words`, a power of 2."""
    return Table(
        np.zeros(2 * words, np.int64),
        np.zeros(words + 1, np.int64),
        np.zeros(words, np.int64),
        np.zeros(8 * words, np.uint8),
        0,
    )


@compiled
def tag_of(state: int) -> int:
    """Return the 31 bits of an FNV-1a `state` that a table keeps: the upper half folded into the lower."""
    return (state ^ (state >> 32)) & TAG


@compiled
def find(slots: I8, ends: I8, arena: Bytes, tag: int, word: Bytes, start: int, stop: int) -> int:
    """Return the slot of word[start:stop], or the free one where it belongs."""
    mask = len(slots) - 1
    place = tag & mask
    while True:
        slot = slots[place]
        if slot == 0:
            return place
        if slot >> 32 == tag:
            at = ends[(slot & NUMBER) - 1]
            if ends[slot & NUMBER] - at == stop - start:
                same = True
                for offset in range(stop - start):
                    if arena[at + offset] != word[start + offset]:
                        same = False
                        break
                if same:
                    return place
        place = (place + 1) & mask


@compiled
def larger(table: Table, size: int) -> Table:
    """Return a copy of `table` with room for one more word, of `size` bytes, and as many words again."""
    slots, ends, counts, arena, used = table
    if used == len(counts):
        new_ends = np.zeros(2 * used + 1, np.int64)
        new_ends[: used + 1] = ends
        new_counts = np.zeros(2 * used, np.int64)
        new_counts[:used] = counts
        new_slots = np.zeros(4 * used, np.int64)
        mask = len(new_slots) - 1
        for slot in slots:
            if slot:
                place = (slot >> 32) & mask
                while new_slots[place]:
                    place = (place + 1) & mask
                new_slots[place] = slot
        slots, ends, counts = new_slots, new_ends, new_counts
    if ends[used] + size > len(arena):
        new_arena = np.empty(2 * (ends[used] + size), np.uint8)
        new_arena[: ends[used]] = arena[: ends[used]]
        arena = new_arena
    return Table(slots, ends, counts, arena, used)


@compiled
def added(table: Table, arena: Bytes, ends: I8, tags: I8, counts: I8) -> Table:
    """Return `table` with w words added, each as often as `counts` (w,) says.

    Word w is arena[ends[w]:ends[w + 1]] and its tag tags[w].
    """
    slots, own_ends, own_counts, own_arena, used = table
    for word in range(len(tags)):
        start, stop, tag = ends[word], ends[word + 1], tags[word]
        place = find(slots, own_ends, own_arena, tag, arena, start, stop)
        if slots[place] == 0:
            if used == len(own_counts) or own_ends[used] + stop - start > len(own_arena):
                grown = larger(Table(slots, own_ends, own_counts, own_arena, used), stop - start)
                slots, own_ends, own_counts, own_arena, used = grown
                place = find(slots, own_ends, own_arena, tag, arena, start, stop)
            for offset in range(stop - start):
                own_arena[own_ends[used] + offset] = arena[start + offset]
            own_ends[used + 1] = own_ends[used] + stop - start
            used += 1
            slots[place] = (tag << 32) | used
        own_counts[(slots[place] & NUMBER) - 1] += counts[word]
    return Table(slots, own_ends, own_counts, own_arena, used)


@compiled
def numbers(table: Table, arena: Bytes, ends: I8, tags: I8) -> I4:
    """Return the number of each of w words, given as to `added`, or -1 if it is not in the table."""
    slots, own_ends, _, own_arena, _ = table
    found = np.empty(len(tags), np.int32)
    for word in range(len(tags)):
        place = find(slots, own_ends, own_arena, tags[word], arena, ends[word], ends[word + 1])
        found[word] = (slots[place] & NUMBER) - 1
    return found


@compiled
def tags_of(arena: Bytes, ends: I8) -> I8:
    """Return the tag of each word arena[ends[w]:ends[w + 1]]."""
    tags = np.empty(len(ends) - 1, np.int64)
    for word in range(len(tags)):
        state = BASIS
        for at in range(ends[word], ends[word + 1]):
            state = (state ^ arena[at]) * PRIME
        tags[word] = tag_of(state)
    return tags
