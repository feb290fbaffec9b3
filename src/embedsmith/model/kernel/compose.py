"""Words made of units (n-grams, pieces): whose units a list of words has, and the vectors of words, which are means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import f4

Rows = npt.NDArray[np.float32]


@compiled
def gather(units: Rows, bounds: npt.NDArray[np.int64], unit_of: npt.NDArray[np.int32], rows: Rows) -> None:
    """Set row w to the mean of the units of word w, unit_of[bounds[w] : bounds[w + 1]]: (U, d) to (V, d)."""
    for word in range(len(rows)):
        for k in range(rows.shape[1]):
            rows[word, k] = f4(0)
        for place in range(bounds[word], bounds[word + 1]):
            unit = np.uint32(unit_of[place])
            for k in range(rows.shape[1]):
                rows[word, k] += units[unit, k]
        share = f4(1) / f4(max(bounds[word + 1] - bounds[word], 1))
        for k in range(rows.shape[1]):
            rows[word, k] *= share


@compiled
def list_units(
    word_bounds: npt.NDArray[np.int64],
    words: npt.NDArray[np.int32],
    bounds: npt.NDArray[np.int64],
    unit_of: npt.NDArray[np.int32],
    list_bounds: npt.NDArray[np.int64],
    units: npt.NDArray[np.int32],
) -> None:
    """Replace the words of lists by their units.

    Parameters
    ----------
    word_bounds, words
        List i has the words words[word_bounds[i] : word_bounds[i + 1]], (n + 1,).
    bounds, unit_of
        The units of word w are unit_of[bounds[w] : bounds[w + 1]].
    list_bounds, units
        Filled likewise; `units` must have room for all.
    """
    number = 0
    for i in range(len(word_bounds) - 1):
        list_bounds[i] = number
        for place in range(word_bounds[i], word_bounds[i + 1]):
            word = np.uint32(words[place])
            for unit in range(bounds[word], bounds[word + 1]):
                units[number] = unit_of[unit]
                number += 1
    list_bounds[len(word_bounds) - 1] = number
