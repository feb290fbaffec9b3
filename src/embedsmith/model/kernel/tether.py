"""Keeping vectors near where they started."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import f4

Rows = npt.NDArray[np.float32]


@compiled
def tether(rows: Rows, ids: npt.NDArray[np.int64], origin: Rows, most: np.float32) -> None:
    """Bring each row back that is farther from its origin than `most` times the length of that.

    Parameters
    ----------
    rows
        All rows, in parts (P, V, W), changed in place.
    ids, origin
        Which have an origin, (n,), and where it is, (n, d).
    """
    width = rows.shape[2]
    for place in range(len(ids)):
        row = ids[place]
        length = moved = f4(0)
        for k in range(origin.shape[1]):
            length += origin[place, k] * origin[place, k]
            step = rows[k // width, row, k % width] - origin[place, k]
            moved += step * step
        room = most * most * length
        if moved > room:
            share = np.sqrt(room / moved)
            for k in range(origin.shape[1]):
                rows[k // width, row, k % width] = origin[place, k] + share * (
                    rows[k // width, row, k % width] - origin[place, k]
                )
