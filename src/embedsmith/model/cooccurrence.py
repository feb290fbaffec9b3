"""Co-occurrence: how often each word of the vocabulary stands near each other one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from embedsmith.errors import InputError
from embedsmith.model.kernel.cooccurrence import Positions, count_rows, count_words, index_positions
from embedsmith.progress import progress
from embedsmith.tokenizer.tokens import Ids, Tokens

Counts: TypeAlias = "csr_array[np.float64, tuple[int, int]]"
Entries = tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]
"""Columns and values of successive rows."""

EXACT = 20
"""Largest window whose distances' least common multiple, 232,792,560, leaves room for large sums."""

WORK = 1 << 22
"""Pairs counted in one piece of work: enough to outweigh its start, and few enough that its output stays small."""


def pair_weights(window: int, weighting: str) -> tuple[npt.NDArray[np.float64], int]:
    """Return weights (window,), and what to divide their sums by, for the distances 1, 2, ..., `window`.

    `flat` is 1, `linear` (window - distance + 1) / window, which is what word2vec's drawing of a window for each
    centre amounts to, and `harmonic` 1 / distance, as in GloVe. The weights are whole numbers, so that sums up to 2^53
    are exact; only harmonic ones of a window above `EXACT` are rounded.
    """
    distances = np.arange(1, window + 1, dtype=np.float64)
    if weighting == "flat":
        return np.ones(window), 1
    if weighting == "linear":
        return window - distances + 1, window
    if weighting == "harmonic":
        multiple = math.lcm(*range(1, window + 1)) if window <= EXACT else 1
        return multiple / distances, multiple
    raise ValueError(f"weighting: no {weighting!r}")


def cooccurrences(tokens: Tokens, *, window: int, weighting: str, threads: int) -> Counts:
    """Count the pairs of words at most `window` apart in a sentence of the training text.

    Parameters
    ----------
    window
        Largest distance, in words of the vocabulary: the text holds no others.
    weighting
        What a pair adds by its distance: `flat`, `linear` or `harmonic`, see `pair_weights`.
    threads
        They change no bit of the result: each row is one thread's.

    Returns
    -------
    The symmetric matrix (V, V), its columns rising within each row. A word near itself counts in both directions.

    Raises
    ------
    InputError
        If no sentence has two words.

    Notes
    -----
    Memory, in bytes, for n ids of text, V words and z entries: 12 z for the result; beside it 4 n for the index of
    positions (8 n from 2^31 ids on) and, for each thread, 12 V and at most 12 max(WORK, V) of results on their way.
    The text stays mapped.
    """
    text = np.asarray(tokens.train)
    words = len(tokens.words)
    bounds, positions = _index(text, words)
    weights, divisor = pair_weights(window, weighting)
    lengths = np.zeros(words, np.int64)

    def count(rows: range) -> Entries:
        pairs = 2 * window * np.diff(bounds[rows.start : rows.stop + 1])
        most = int(np.minimum(pairs, words).sum())
        columns, values = np.empty(most, np.int32), np.empty(most)
        own = lengths[rows.start : rows.stop]
        entries = count_rows(text, bounds, positions, rows.start, weights, own, columns, values)
        return columns[:entries].copy(), values[:entries] / divisor

    parts = []
    with ThreadPoolExecutor(threads) as pool, progress("counting", "words", len(positions)) as report:
        work = list(_portions(bounds, max(1, WORK // (2 * window))))
        for rows, part in zip(work, pool.map(count, work), strict=True):
            parts.append(part)
            report(int(bounds[rows.stop]))
    if not lengths.any():
        raise InputError("no sentence has two words of the vocabulary; lower tokenizer.min_count or give more text")
    return _joined(parts, lengths)


def _index(text: Ids, words: int) -> tuple[npt.NDArray[np.int64], Positions]:
    """Return where each word's positions begin, (V + 1,), and the positions in `text` of all words, word by word."""
    counts = np.zeros(words, np.int64)
    count_words(text, counts)
    bounds = np.concatenate([[0], np.cumsum(counts)])
    positions = np.empty(bounds[-1], np.int32 if len(text) < 2**31 else np.int64)
    index_positions(text, bounds, positions)
    return bounds, positions


def _portions(bounds: npt.NDArray[np.int64], size: int) -> Iterator[range]:
    """Cut the rows into ranges of about `size` positions each, one row at least."""
    start = 0
    while start < len(bounds) - 1:
        stop = max(start + 1, int(np.searchsorted(bounds, bounds[start] + size, side="right")) - 1)
        yield range(start, stop)
        start = stop


def _joined(parts: list[Entries], lengths: npt.NDArray[np.int64]) -> Counts:
    """Join the entries of successive rows, emptying `parts`: each is let go as soon as it is copied."""
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    columns, values = np.empty(bounds[-1], np.int32), np.empty(bounds[-1])
    start = 0
    parts.reverse()
    while parts:
        part, sums = parts.pop()
        columns[start : start + len(part)] = part
        values[start : start + len(part)] = sums
        start += len(part)
    return csr_array((values, columns, bounds), shape=(len(lengths), len(lengths)))
