"""Inputs made of units: the vector of a word is the mean of the rows of its units (n-grams, pieces)."""

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
