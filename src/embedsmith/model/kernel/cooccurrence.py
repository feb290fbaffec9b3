"""Counting how often words stand near each other, a row of the matrix at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled

Positions = npt.NDArray[np.int32] | npt.NDArray[np.int64]

SCAN = 32
"""A row is put in order by scanning all columns where more than one in so many is in it, and by sorting otherwise."""


@compiled
def count_words(text: npt.NDArray[np.int32], counts: npt.NDArray[np.int64]) -> None:
    """Add to `counts` (V,) how often each word is in `text`; ids below 0 are sentence ends."""
    for word in text:
        if word >= 0:
            counts[word] += 1


@compiled
def index_positions(text: npt.NDArray[np.int32], bounds: npt.NDArray[np.int64], positions: Positions) -> None:
    """Write where each word stands in `text`: a counting sort.

    Parameters
    ----------
    text
        Word ids, (n,), a negative one after each sentence.
    bounds
        Where the positions of each word begin, and the last of them end, (V + 1,).
    positions
        Filled: places in `text`, those of word 0 first, each word's in rising order, (bounds[V],).
    """
    place = bounds[:-1].copy()
    for position in range(len(text)):
        word = text[position]
        if word >= 0:
            positions[place[word]] = position
            place[word] += 1


@compiled
def count_rows(
    text: npt.NDArray[np.int32],
    bounds: npt.NDArray[np.int64],
    positions: Positions,
    first: int,
    weights: npt.NDArray[np.float64],
    lengths: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int32],
    values: npt.NDArray[np.float64],
) -> int:
    """Count the rows from `first` on, as many as `lengths` has places, and return how many entries they have.

    Parameters
    ----------
    text, bounds, positions
        As in `index_positions`.
    weights
        What a pair at distance 1, 2, ... adds, (window,), each above 0.
    lengths, columns, values
        Filled: entries of each row; columns, rising, and sums of the entries, row by row.
    """
    words = len(bounds) - 1
    window = len(weights)
    sums = np.zeros(words)
    touched = np.empty(words, np.int32)
    entries = 0
    for place in range(len(lengths)):
        size = 0
        for at in range(bounds[first + place], bounds[first + place + 1]):
            centre = np.int64(positions[at])
            for distance in range(1, min(window, centre) + 1):
                column = text[centre - distance]
                if column < 0:
                    break
                if sums[column] == 0:
                    touched[size] = column
                    size += 1
                sums[column] += weights[distance - 1]
            for distance in range(1, min(window, len(text) - 1 - centre) + 1):
                column = text[centre + distance]
                if column < 0:
                    break
                if sums[column] == 0:
                    touched[size] = column
                    size += 1
                sums[column] += weights[distance - 1]
        if size * SCAN > words:
            size = 0
            for other in range(words):
                if sums[other] > 0:
                    touched[size] = other
                    size += 1
        else:
            touched[:size].sort()
        for column in touched[:size]:
            columns[entries] = column
            values[entries] = sums[column]
            sums[column] = 0
            entries += 1
        lengths[place] = size
    return entries
