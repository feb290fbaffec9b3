"""Sparse times dense, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled


@compiled
def multiply_rows(
    bounds: npt.NDArray[Any],
    columns: npt.NDArray[Any],
    values: npt.NDArray[np.float32],
    dense: npt.NDArray[np.float32],
    first: int,
    product: npt.NDArray[np.float32],
) -> None:
    """Set `product` (m, k) to the rows of a sparse matrix from `first` on times `dense` (n, k).

    Parameters
    ----------
    bounds, columns, values
        The matrix in compressed sparse rows: entries of row i are those from bounds[i] to bounds[i + 1].
    """
    width = dense.shape[1]
    for place in range(len(product)):
        row = product[place]
        row[:] = 0
        at, end = bounds[first + place], bounds[first + place + 1]
        while at < end:
            if at + 4 <= end:  # four rows are read at once: each may have to come from memory
                v0, v1, v2, v3 = values[at], values[at + 1], values[at + 2], values[at + 3]
                d0, d1, d2, d3 = (
                    dense[columns[at]], dense[columns[at + 1]], dense[columns[at + 2]], dense[columns[at + 3]],
                )  # fmt: skip
                for k in range(width):
                    row[k] += v0 * d0[k] + v1 * d1[k] + v2 * d2[k] + v3 * d3[k]
                at += 4
            else:
                v0, d0 = values[at], dense[columns[at]]
                for k in range(width):
                    row[k] += v0 * d0[k]
                at += 1
