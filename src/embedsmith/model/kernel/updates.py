"""From slopes to rows, a part of the columns at a time: what one thread does after it has met the others."""

from __future__ import annotations

from typing import Any

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import f4
from embedsmith.model.kernel.tile import CHANGE, INPUT, TILE
from embedsmith.model.kernel.vector import LANES, add, add_product, at, load, load_spread, multiply, spread, store


@compiled
def update_negatives(outputs: Any, part: int, drawn: Any, scratch: Any, slope: Any) -> None:
    """Change the rows of a tile's negatives, one after the other, and set what its inputs are to change by."""
    for k in range(0, outputs.shape[2], LANES):
        h0, h1 = load(scratch, part, INPUT, k), load(scratch, part, INPUT + 1, k)
        h2, h3 = load(scratch, part, INPUT + 2, k), load(scratch, part, INPUT + 3, k)
        h4, h5 = load(scratch, part, INPUT + 4, k), load(scratch, part, INPUT + 5, k)
        h6, h7 = load(scratch, part, INPUT + 6, k), load(scratch, part, INPUT + 7, k)
        c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = spread(f4(0))
        for s in range(len(drawn)):
            row = at(drawn, s)
            x = load(outputs, part, row, k)
            g, i = load_spread(slope, 0, 0, s * TILE), load_spread(slope, 0, 0, s * TILE + 1)
            c0, c1 = add_product(c0, g, x), add_product(c1, i, x)
            even, odd = add_product(x, g, h0), multiply(i, h1)
            g, i = load_spread(slope, 0, 0, s * TILE + 2), load_spread(slope, 0, 0, s * TILE + 3)
            c2, c3 = add_product(c2, g, x), add_product(c3, i, x)
            even, odd = add_product(even, g, h2), add_product(odd, i, h3)
            g, i = load_spread(slope, 0, 0, s * TILE + 4), load_spread(slope, 0, 0, s * TILE + 5)
            c4, c5 = add_product(c4, g, x), add_product(c5, i, x)
            even, odd = add_product(even, g, h4), add_product(odd, i, h5)
            g, i = load_spread(slope, 0, 0, s * TILE + 6), load_spread(slope, 0, 0, s * TILE + 7)
            c6, c7 = add_product(c6, g, x), add_product(c7, i, x)
            even, odd = add_product(even, g, h6), add_product(odd, i, h7)
            store(outputs, part, row, k, add(even, odd))
        store(scratch, part, CHANGE, k, c0)
        store(scratch, part, CHANGE + 1, k, c1)
        store(scratch, part, CHANGE + 2, k, c2)
        store(scratch, part, CHANGE + 3, k, c3)
        store(scratch, part, CHANGE + 4, k, c4)
        store(scratch, part, CHANGE + 5, k, c5)
        store(scratch, part, CHANGE + 6, k, c6)
        store(scratch, part, CHANGE + 7, k, c7)


@compiled
def update_positives(
    outputs: Any, part: int, bounds: Any, rows: Any, begin: int, end: int, scratch: Any, slope: Any, start: int
) -> None:
    """Change the rows of a tile's positives, visit by visit, two at a time, and what its inputs are to change by.

    Slopes of the positives are from place `start` on.
    """
    width, shift = outputs.shape[2], start - at(bounds, begin)
    for visit in range(begin, end):
        h_row, c_row = INPUT + visit - begin, CHANGE + visit - begin
        place, last = at(bounds, visit), at(bounds, visit + 1)
        while place < last:
            a, g = at(rows, place), load_spread(slope, 0, 0, place + shift)
            b = at(rows, min(place + 1, last - 1))
            if a != b:
                i = load_spread(slope, 0, 0, place + 1 + shift)
                for k in range(0, width, LANES):
                    x, y = load(outputs, part, a, k), load(outputs, part, b, k)
                    h, c = load(scratch, part, h_row, k), load(scratch, part, c_row, k)
                    store(scratch, part, c_row, k, add_product(add_product(c, g, x), i, y))
                    store(outputs, part, a, k, add_product(x, g, h))
                    store(outputs, part, b, k, add_product(y, i, h))
                place += 2
            else:
                for k in range(0, width, LANES):
                    x = load(outputs, part, a, k)
                    h, c = load(scratch, part, h_row, k), load(scratch, part, c_row, k)
                    store(scratch, part, c_row, k, add_product(c, g, x))
                    store(outputs, part, a, k, add_product(x, g, h))
                place += 1


@compiled
def scatter(inputs: Any, part: int, bounds: Any, rows: Any, begin: int, end: int, scratch: Any) -> None:
    """Add what an input changes by to each of its rows, as word2vec's and fastText's codes do it."""
    for visit in range(begin, end):
        for place in range(at(bounds, visit), at(bounds, visit + 1)):
            row = at(rows, place)
            for k in range(0, inputs.shape[2], LANES):
                change = load(scratch, part, CHANGE + visit - begin, k)
                store(inputs, part, row, k, add(load(inputs, part, row, k), change))
