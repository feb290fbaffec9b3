"""The path through a trellis whose values are nearest to those of a row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled

F4 = npt.NDArray[np.float32]
I4 = npt.NDArray[np.int32]
I8 = npt.NDArray[np.int64]
U1 = npt.NDArray[np.uint8]

FAR = np.float32(1e30)
"""The cost of a state that no path may start in."""


@compiled
def paths(rows: F4, weights: F4, bits: I8, values: I8, tables: I8, table: F4, memory: int, states: I4) -> None:
    """Fill `states` with a path for each row: one that bites its tail, near to the best that does.

    A first pass lets the path begin anywhere, half the row from its beginning; the state in which it passes the
    beginning is the one in which the second pass begins and ends.

    Parameters
    ----------
    rows : float32 (n, d)
        Values, those of a step beside each other.
    weights : float32 (d,)
        Of the squared error of each value.
    bits, values : int64 (T,)
        New bits of each step, and how many values it has.
    tables : int64 (T,)
        Where in `table` the values of each step begin; those of a place are 2^memory beside each other.
    states : int32 (n, T)
        The state after each step.
    """
    steps, half = len(bits), len(bits) // 2
    size = 1 << memory
    back = np.empty((steps, size), dtype=np.uint8)
    cost = np.empty(size, dtype=np.float32)
    best = np.empty(size, dtype=np.float32)
    oldest_of = np.empty(size, dtype=np.int32)  # as wide as a cost, so that both are chosen by one mask
    starts = np.zeros(steps, dtype=np.int64)
    for step in range(1, steps):
        starts[step] = starts[step - 1] + values[step - 1]
    for row in range(len(rows)):
        cost[:] = 0
        _forward(rows[row], weights, bits, values, tables, table, starts, half, back, cost, best, oldest_of)
        state = int(np.argmin(cost))
        for place in range(steps - 1, -1, -1):
            step = (place + half) % steps
            if step == steps - 1:
                break
            state = _before(state, bits[step], back[place], size)
        cost[:] = FAR
        cost[state] = 0
        _forward(rows[row], weights, bits, values, tables, table, starts, 0, back, cost, best, oldest_of)
        for step in range(steps - 1, -1, -1):
            states[row, step] = state
            state = _before(state, bits[step], back[step], size)


@compiled
def _before(state: int, bits: int, chosen: U1, size: int) -> int:
    """Return the state before `state`, a step of `bits` back."""
    kept = state >> bits
    return kept | (int(chosen[kept]) * (size >> bits))


@compiled
def _spread(best: F4, cost: F4, left: int, bits: int) -> None:
    """Give each state of `cost` the cost of that of the `left` states in `best` it is reached from."""
    if bits == 1:  # written out, for stores that are known to be neighbours become one
        for kept in range(left):
            cost[2 * kept] = best[kept]
            cost[2 * kept + 1] = best[kept]
    elif bits == 2:
        for kept in range(left):
            for state in range(4):
                cost[4 * kept + state] = best[kept]
    else:
        new = 1 << bits
        for kept in range(left):
            cost[kept * new : kept * new + new] = best[kept]


@compiled
def _forward(
    row: F4, weights: F4, bits: I8, values: I8, tables: I8, table: F4, starts: I8, first: int, back: U1, cost: F4,
    best: F4, oldest_of: I4,
) -> None:  # fmt: skip
    """Bring `cost` (states,) from before step `first` to once around; `back[i]` says where the i-th step came from."""
    steps, size = len(bits), len(cost)
    for place in range(steps):
        step = (place + first) % steps
        left = size >> bits[step]
        chosen = back[place]
        # States that differ in their oldest bits alone go to the same states: the cheapest of them is followed.
        for kept in range(left):
            best[kept] = cost[kept]
            oldest_of[kept] = 0
        for oldest in range(1, 1 << bits[step]):
            for kept in range(left):
                other = cost[oldest * left + kept]
                nearer = other < best[kept]
                best[kept] = other if nearer else best[kept]
                oldest_of[kept] = np.int32(oldest) if nearer else oldest_of[kept]
        for kept in range(left):
            chosen[kept] = np.uint8(oldest_of[kept])
        _spread(best, cost, left, bits[step])
        for value in range(values[step]):
            wanted, weight = row[starts[step] + value], weights[starts[step] + value]
            begin = tables[step] + value * size
            for state in range(size):
                error = wanted - table[begin + state]
                cost[state] += weight * error * error
