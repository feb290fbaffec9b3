"""From logits to what each pair changes its rows by: what every thread does for itself, all columns being summed."""

from __future__ import annotations

from typing import Any

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import f4, sigmoid
from embedsmith.model.kernel.tile import TILE
from embedsmith.model.kernel.vector import at, load, multiply, store

PAIRS, LOSS, MEASURED = 0, 1, 2
"""Places of the totals: pairs trained; loss and pairs of the sampled tiles."""
LEAST = f4(1e-7)
"""Probability below which a pair costs no more."""


@compiled
def likelihoods(logits: Any, turn: int, size: int, likelihood: Any) -> None:
    """Set likelihood (size,) to the sigmoids of the logits, whose parts are summed in their order."""
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
) -> None:
    """Turn likelihoods into slopes, times the learning rate, in place.

    Parameters
    ----------
    slope
        Likelihoods of the pairs of a tile, (1, 1, at least T * S + its positives).
    weight
        Room for one value for each visit, (1, 1, T).
    """
    for t in range(TILE):
        positives = at(bounds, min(begin + t + 1, end)) - at(bounds, min(begin + t, end))
        weight[0, 0, t] = -rate * f4(positives * negative) / f4(len(drawn))
    weights = load(weight, 0, 0, 0)
    for s in range(len(drawn)):
        store(slope, 0, 0, s * TILE, multiply(load(slope, 0, 0, s * TILE), weights))
    start = TILE * len(drawn)
    for i in range(start, start + at(bounds, end) - at(bounds, begin)):
        slope[0, 0, i] = (f4(1) - slope[0, 0, i]) * rate
    for visit in range(begin, end):
        for i in range(at(bounds, visit), at(bounds, visit + 1)):
            row = rows[i]
            among = False
            for s in range(len(drawn)):
                among |= drawn[s] == row
            if among:  # a positive is no negative
                for s in range(len(drawn)):
                    if drawn[s] == row:
                        slope[0, 0, s * TILE + visit - begin] = f4(0)
