"""The sentences of documents, as byte offsets."""

from __future__ import annotations

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.tokenizer.kernel.arrays import I8, Bytes
from embedsmith.tokenizer.kernel.utf8 import character

NEWLINE = ord("\n")
BLANK = ord(" ")


@compiled
def sentences(text: Bytes, starts: I8, stops: I8, longest: int) -> tuple[I8, int]:
    """Return where the sentences of the documents lie in `text`, and how many documents have one.

    What `documents.cut` does to each line: the parts of at most `longest` characters, cut before a space where there
    is one, stripped of white space; blank ones are left out.

    Parameters
    ----------
    text : uint8 (n,)
        UTF-8.
    starts, stops : int64 (d,)
        First byte of each document, and the one after its last.
    longest
        At least 3.

    Returns
    -------
    bounds : int64 (s, 2)
        First byte of each sentence, and the one after its last.
    documents : int
        Those with a sentence.
    """
    most = 0
    for document in range(len(starts)):
        most += (stops[document] - starts[document]) // 2 + 1  # a byte and a line end each
    bounds = np.empty((most, 2), np.int64)
    found = 0
    documents = 0
    for document in range(len(starts)):
        before = found
        start = starts[document]
        while start < stops[document]:
            end = start
            while end < stops[document] and text[end] != NEWLINE:
                end += 1
            while start < end:
                stop = end if end - start <= longest else _stop(text, start, end, longest)
                first, last = _strip(text, start, stop)
                if first < last:
                    bounds[found, 0] = first
                    bounds[found, 1] = last
                    found += 1
                start = stop
            start = end + 1
        documents += found > before
    return bounds[:found].copy(), documents


@compiled
def is_space(point: int) -> bool:
    """Return whether `str.isspace` says so of the code point."""
    if point < 0x80:
        return 0x09 <= point <= 0x0D or 0x1C <= point <= 0x20
    if point < 0x2000:
        return point in (0x85, 0xA0, 0x1680)
    return point <= 0x200A or point in (0x2028, 0x2029, 0x202F, 0x205F, 0x3000)


@compiled
def _stop(text: Bytes, start: int, end: int, longest: int) -> int:
    """Return where the first part of the line from `start` to `end` stops: its last space, or `longest` characters."""
    space = -1
    at = start
    for place in range(longest + 1):
        if at >= end:
            return end
        if place > 0 and text[at] == BLANK:
            space = at
        if place == longest:
            break
        _, at = character(text, at)
    return space if space >= 0 else at


@compiled
def _strip(text: Bytes, start: int, stop: int) -> tuple[int, int]:
    """Return the bounds without white space at either end."""
    while start < stop:
        point, after = character(text, start)
        if not is_space(point):
            break
        start = after
    while start < stop:
        before = stop - 1
        while text[before] & 0xC0 == 0x80:
            before -= 1
        point, _ = character(text, before)
        if not is_space(point):
            break
        stop = before
    return start, stop


@compiled
def holding(text: Bytes, bounds: I8, first: int, second: int) -> I8:
    """Return which of the sentences hold the bytes `first` and `second` side by side, their numbers ascending."""
    found = np.empty(len(bounds), np.int64)
    number = 0
    if len(bounds) and _side_by_side(text[bounds[:, 0].min() : bounds[:, 1].max()], first, second):
        for sentence in range(len(bounds)):
            if _side_by_side(text[bounds[sentence, 0] : bounds[sentence, 1]], first, second):
                found[number] = sentence
                number += 1
    return found[:number].copy()


@compiled
def _side_by_side(text: Bytes, first: int, second: int) -> bool:
    """Return whether `text` holds the two bytes side by side; written so that vector instructions do it."""
    left, right = text[:-1], text[1:]
    one, other = np.uint8(first), np.uint8(second)
    found = np.uint8(0)
    for at in range(len(right)):
        found |= np.uint8(left[at] == one) & np.uint8(right[at] == other)
    return bool(found)
