"""The training text in blocks: runs of whole sentences, read one after the other."""

from __future__ import annotations

import mmap

import numpy as np

from embedsmith.errors import InputError
from embedsmith.tokenizer.tokens import SENTENCE_END, Ids, Tokens

SHARE = 50
"""A block is at most this part of the text, so that the learning rate falls in many steps in a short one too."""
LEAST = 1000
"""Ids of the smallest block."""


def cut(text: Ids, size: int) -> list[int]:
    """Return where blocks of about `size` ids begin, and the end of `text`; each ends with a sentence.

    Reads only what lies around each cut.
    """
    size = max(min(size, len(text) // SHARE), LEAST)
    bounds = [0]
    while bounds[-1] < len(text):
        bounds.append(_sentence_end(text, min(bounds[-1] + size, len(text))))
    return bounds


def _sentence_end(text: Ids, place: int) -> int:
    while place < len(text):
        ends = np.flatnonzero(text[place : place + LEAST] == SENTENCE_END)
        if len(ends):
            return place + int(ends[0]) + 1
        place += LEAST
    return len(text)


def read(text: Ids, start: int, end: int) -> Ids:
    """Copy the ids text[start:end]; of a mapped file the pages are given back, so that it may be larger than memory."""
    block = np.array(text[start:end])
    mapped = getattr(text, "_mmap", None)
    if mapped is not None and hasattr(mapped, "madvise"):
        first = start * 4 // mmap.PAGESIZE * mmap.PAGESIZE
        mapped.madvise(mmap.MADV_DONTNEED, first, end * 4 - first)
    return block


def require_text(tokens: Tokens, window: int) -> None:
    """Refuse a text that nothing can be learned from.

    Raises
    ------
    InputError
        If it has one distinct word, or fewer words than a window holds.
    """
    words = int(tokens.counts.sum())
    if len(tokens.words) < 2:
        raise InputError(
            f"the vocabulary holds one word, {tokens.words[0]!r}; lower tokenizer.min_count or give more text"
            if tokens.words
            else "the vocabulary is empty; lower tokenizer.min_count or give more text"
        )
    if words <= window:
        raise InputError(f"the training text has {words} words, no more than a window of {window}; give more text")
