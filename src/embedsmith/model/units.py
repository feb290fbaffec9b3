"""Words made of units: n-grams or pieces, a row each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedsmith.model.kernel.compose import gather

Rows = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Units:
    """The units of each word: rows unit_of[bounds[w] : bounds[w + 1]], at least one."""

    bounds: npt.NDArray[np.int64]
    unit_of: npt.NDArray[np.int32]

    def compose(self, rows: Rows) -> Rows:
        """Return the vector of each word, the mean of its units' `rows`: (U, d) to (V, d)."""
        words = np.empty((len(self.bounds) - 1, rows.shape[1]), np.float32)
        gather(rows, self.bounds, self.unit_of, words)
        return words
