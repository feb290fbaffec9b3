"""GloVe's training on the entries of a cell: rows of one class of words, columns of another."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import LINE, f4
from embedsmith.model.kernel.vector import prefetch

ENTRY = np.dtype([("row", "i4"), ("column", "i4"), ("log", "f4"), ("weight", "f4")])
"""An entry of the matrix: its place, the logarithm of the count, and f(count)."""

AHEAD = 4
"""Entries between asking for rows and using them."""


@compiled
def count_cells(
    bounds: npt.NDArray[Any], columns: npt.NDArray[Any], row_class: int, sizes: npt.NDArray[np.int64]
) -> None:
    """Add to `sizes` (G,) how many entries of the rows of one class, every G-th row, are in columns of each class.

    Parameters
    ----------
    bounds, columns
        The matrix in compressed sparse rows: entries of row i are those from bounds[i] to bounds[i + 1].
    """
    classes = len(sizes)
    for row in range(row_class, len(bounds) - 1, classes):
        for at in range(bounds[row], bounds[row + 1]):
            sizes[columns[at] % classes] += 1


@compiled
def fill_cells(
    bounds: npt.NDArray[Any],
    columns: npt.NDArray[Any],
    counts: npt.NDArray[np.float64],
    row_class: int,
    x_max: float,
    alpha: float,
    ends: npt.NDArray[np.int64],
    entries: npt.NDArray[Any],
) -> None:
    """Write the entries of the rows of one class, those in columns of class 0 first.

    Parameters
    ----------
    bounds, columns, counts
        The matrix in compressed sparse rows.
    x_max, alpha
        Of the weight f(x) = min(1, (x / x_max)^alpha), Pennington et al. (2014), equation 9.
    ends
        Where the entries in columns of each class begin, (G,); moved to where they end.
    entries
        Filled, of dtype ENTRY.
    """
    classes = len(ends)
    for row in range(row_class, len(bounds) - 1, classes):
        for at in range(bounds[row], bounds[row + 1]):
            entry = entries[ends[columns[at] % classes]]
            ends[columns[at] % classes] += 1
            entry.row = row
            entry.column = columns[at]
            entry.log = f4(np.log(counts[at]))
            entry.weight = f4(min(1.0, (counts[at] / x_max) ** alpha))


def make_glove(dimension: int) -> Any:
    """Return the kernel for rows of `dimension` values, a multiple of 16."""
    D = dimension

    @compiled
    def glove(entries: Any, vectors: Any, squares: Any, biases: Any, rate: Any) -> float:
        """Train on `entries` one after the other, and return the sum of their losses, f(x) error^2 / 2 each.

        Parameters
        ----------
        entries
            Of dtype ENTRY, (m,).
        vectors
            Of the words and of the words as contexts, (2, V, D).
        squares
            Sums of their squared steps, each step being the gradient times the rate, (2, V, D).
        biases
            Each with the sum of its squared steps, (2, V, 2).
        rate
            Learning rate, float32.
        """
        words, contexts, word_squares, context_squares = vectors[0], vectors[1], squares[0], squares[1]
        word_biases, context_biases = biases[0], biases[1]
        loss = 0.0
        for at in range(len(entries)):
            if at + AHEAD < len(entries):
                row, column = np.int64(entries[at + AHEAD].row), np.int64(entries[at + AHEAD].column)
                for k in range(0, D, LINE):
                    prefetch(vectors, 0, row, k)
                    prefetch(squares, 0, row, k)
                    prefetch(vectors, 1, column, k)
                    prefetch(squares, 1, column, k)
            entry = entries[at]
            row, column = np.int64(entry.row), np.int64(entry.column)
            w, w_squares, w_bias = words[row], word_squares[row], word_biases[row]
            c, c_squares, c_bias = contexts[column], context_squares[column], context_biases[column]
            error = w_bias[0] + c_bias[0] - entry.log
            for k in range(D):
                error += w[k] * c[k]
            slope = entry.weight * error
            loss += 0.5 * slope * error
            step = rate * slope
            for k in range(D):
                w_step, c_step = step * c[k], step * w[k]
                w[k] -= w_step / np.sqrt(w_squares[k])
                c[k] -= c_step / np.sqrt(c_squares[k])
                w_squares[k] += w_step * w_step
                c_squares[k] += c_step * c_step
            w_bias[0] -= step / np.sqrt(w_bias[1])
            c_bias[0] -= step / np.sqrt(c_bias[1])
            w_bias[1] += step * step
            c_bias[1] += step * step
        return loss

    return glove
