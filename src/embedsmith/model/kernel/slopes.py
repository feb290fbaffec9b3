"""From logits to what each pair changes its rows by: what every thread does for itself, all columns being summed."""

from __future__ import annotations

from typing import Any

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import f4, sigmoid
from embedsmith.model.kernel.tile import TILE, TOGETHER
from embedsmith.model.kernel.vector import at, load, multiply, store

PAIRS, LOSS, MEASURED = 0, 1, 2
"""Places of the totals: pairs trained; loss and pairs of the sampled tiles."""
MARKS = 4096
"""Places of them: a power of two, many times a tile's negatives."""
LEAST = f4(1e-7)
"""Probability below which a pair costs no more."""


@compiled
def likelihoods(logits: Any, turn: int, size: int, likelihood: Any) -> None:
    """Set likelihood (size,) to the sigmoids of the logits, whose parts are summed in their order.

    Up to BEHIND places more are set, so that nothing is left for a loop of single ones.
    """
    size = -(-size // TOGETHER) * TOGETHER
    for i in range(size):
        likelihood[i] = logits[turn, 0, i]
    for part in range(1, logits.shape[1]):
        for i in range(size):
            likelihood[i] += logits[turn, part, i]
    for i in range(size):
        likelihood[i] = sigmoid(likelihood[i])


@compiled
def measure(
    likelihood: Any, bounds: Any, rows: Any, begin: int, end: int, drawn: Any, negative: int, totals: Any
) -> None:
    """Add the loss of a tile to the totals. A negative that is among a visit's positives costs nothing."""
    start = TILE * len(drawn) - at(bounds, begin)
    for visit in range(begin, end):
        first, last = at(bounds, visit), at(bounds, visit + 1)
        right = 1.0
        for i in range(first, last):
            right *= max(likelihood[start + i], LEAST)
        totals[LOSS] -= np.log(right)
        right = 1.0
        for s in range(len(drawn)):
            among = False
            for i in range(first, last):
                among |= rows[i] == drawn[s]
            right *= 1.0 if among else max(f4(1) - likelihood[s * TILE + visit - begin], LEAST)
        totals[LOSS] -= (last - first) * negative / len(drawn) * np.log(right)
    totals[MEASURED] += at(bounds, end) - at(bounds, begin)


@compiled
def weigh(
    slope: Any,
    bounds: Any,
    rows: Any,
    begin: int,
    end: int,
    drawn: Any,
    negative: int,
    rate: Any,
    weight: Any,
    marks: Any,
) -> None:
    """Turn likelihoods into slopes, times the learning rate, in place.

    Parameters
    ----------
    slope
        Likelihoods of the pairs of a tile, (1, 1, at least T * S + its positives).
    weight
        Room for one value for each visit, (1, 1, T).
    marks
        Zeros, uint8, (MARKS,), and zeros afterwards: where the negatives are marked, so that one look at each positive
        tells of most tiles that none of them is a negative.
    """
    for t in range(TILE):
        positives = at(bounds, min(begin + t + 1, end)) - at(bounds, min(begin + t, end))
        weight[0, 0, t] = -rate * f4(positives * negative) / f4(len(drawn))
    weights = load(weight, 0, 0, 0)
    for s in range(len(drawn)):
        store(slope, 0, 0, s * TILE, multiply(load(slope, 0, 0, s * TILE), weights))
        marks[at(drawn, s) % MARKS] = 1
    first, last = at(bounds, begin), at(bounds, end)
    start, met = TILE * len(drawn), np.uint8(0)
    for i in range(last - first):
        slope[0, 0, start + i] = (f4(1) - slope[0, 0, start + i]) * rate
        met |= marks[at(rows, first + i) % MARKS]
    for s in range(len(drawn)):
        marks[at(drawn, s) % MARKS] = 0
    if met:
        _spare(slope, bounds, rows, begin, end, drawn)


@compiled
def _spare(slope: Any, bounds: Any, rows: Any, begin: int, end: int, drawn: Any) -> None:
    """Set the slope of a visit with a negative that is among its positives to zero."""
    for visit in range(begin, end):
        for i in range(at(bounds, visit), at(bounds, visit + 1)):
            row = rows[i]
            among = False
            for s in range(len(drawn)):
                among |= drawn[s] == row
            if among:
                for s in range(len(drawn)):
                    if drawn[s] == row:
                        slope[0, 0, s * TILE + visit - begin] = f4(0)
