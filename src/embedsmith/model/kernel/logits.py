"""From rows to logits, a part of the columns at a time: what one thread does before it meets the others.

Rows of visits are lists: those of visit v are rows[bounds[v] : bounds[v + 1]]. A tile is of the visits from `begin` to
`end`.
"""

from __future__ import annotations

from typing import Any

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import LINE, f4
from embedsmith.model.kernel.tile import INPUT, TILE
from embedsmith.model.kernel.vector import (
    LANES,
    add,
    add_product,
    at,
    load,
    multiply,
    prefetch,
    spread,
    store,
    store_sums,
)


@compiled
def fetch(matrix: Any, part: int, rows: Any, begin: int, end: int) -> None:
    """Ask for the rows rows[begin:end] of a matrix."""
    for place in range(begin, end):
        row = at(rows, place)
        for k in range(0, matrix.shape[2], LINE):
            prefetch(matrix, part, row, k)


@compiled
def gather(inputs: Any, part: int, bounds: Any, rows: Any, begin: int, end: int, scratch: Any) -> None:
    """Set the inputs of a tile to the means of their rows; those of visits that it lacks to zero."""
    width = inputs.shape[2]
    for t in range(TILE):
        first = at(bounds, min(begin + t, end))
        last = at(bounds, min(begin + t + 1, end))
        if last - first == 1:
            row = at(rows, first)
            for k in range(0, width, LANES):
                store(scratch, part, INPUT + t, k, load(inputs, part, row, k))
            continue
        share = spread(f4(1) / f4(max(last - first, 1)))
        for k in range(0, width - LANES, 2 * LANES):
            a = b = spread(f4(0))
            for place in range(first, last):
                row = at(rows, place)
                a = add(a, load(inputs, part, row, k))
                b = add(b, load(inputs, part, row, k + LANES))
            store(scratch, part, INPUT + t, k, multiply(a, share))
            store(scratch, part, INPUT + t, k + LANES, multiply(b, share))
        if width % (2 * LANES):
            k = width - LANES
            a = spread(f4(0))
            for place in range(first, last):
                a = add(a, load(inputs, part, at(rows, place), k))
            store(scratch, part, INPUT + t, k, multiply(a, share))


@compiled
def score_negatives(outputs: Any, part: int, drawn: Any, scratch: Any, logits: Any, turn: int) -> None:
    """Set the logits of a tile's negatives, four of them with four visits at a time."""
    for s in range(0, len(drawn), 4):
        a, b, c, d = at(drawn, s), at(drawn, s + 1), at(drawn, s + 2), at(drawn, s + 3)
        for t in range(0, TILE, 4):
            a0 = a1 = a2 = a3 = spread(f4(0))
            b0 = b1 = b2 = b3 = spread(f4(0))
            c0 = c1 = c2 = c3 = spread(f4(0))
            d0 = d1 = d2 = d3 = spread(f4(0))
            for k in range(0, outputs.shape[2], LANES):
                h0, h1 = load(scratch, part, INPUT + t, k), load(scratch, part, INPUT + t + 1, k)
                h2, h3 = load(scratch, part, INPUT + t + 2, k), load(scratch, part, INPUT + t + 3, k)
                x = load(outputs, part, a, k)
                a0, a1 = add_product(a0, x, h0), add_product(a1, x, h1)
                a2, a3 = add_product(a2, x, h2), add_product(a3, x, h3)
                x = load(outputs, part, b, k)
                b0, b1 = add_product(b0, x, h0), add_product(b1, x, h1)
                b2, b3 = add_product(b2, x, h2), add_product(b3, x, h3)
                x = load(outputs, part, c, k)
                c0, c1 = add_product(c0, x, h0), add_product(c1, x, h1)
                c2, c3 = add_product(c2, x, h2), add_product(c3, x, h3)
                x = load(outputs, part, d, k)
                d0, d1 = add_product(d0, x, h0), add_product(d1, x, h1)
                d2, d3 = add_product(d2, x, h2), add_product(d3, x, h3)
            store_sums(logits, turn, part, s * TILE + t, a0, a1, a2, a3)
            store_sums(logits, turn, part, (s + 1) * TILE + t, b0, b1, b2, b3)
            store_sums(logits, turn, part, (s + 2) * TILE + t, c0, c1, c2, c3)
            store_sums(logits, turn, part, (s + 3) * TILE + t, d0, d1, d2, d3)


@compiled
def score_positives(
    outputs: Any,
    part: int,
    bounds: Any,
    rows: Any,
    begin: int,
    end: int,
    scratch: Any,
    logits: Any,
    turn: int,
    start: int,
) -> None:
    """Set the logits of a tile's positives, from place `start` on.

    Four of a visit are taken at a time; its last fills up the four, so that up to BEHIND places more are written.
    """
    shift = start - at(bounds, begin)
    for visit in range(begin, end):
        h_row, last = INPUT + visit - begin, at(bounds, visit + 1) - 1
        for place in range(at(bounds, visit), last + 1, 4):
            row_a, row_b = at(rows, place), at(rows, min(place + 1, last))
            row_c, row_d = at(rows, min(place + 2, last)), at(rows, min(place + 3, last))
            a = b = c = d = spread(f4(0))
            for k in range(0, outputs.shape[2], LANES):
                h = load(scratch, part, h_row, k)
                a = add_product(a, h, load(outputs, part, row_a, k))
                b = add_product(b, h, load(outputs, part, row_b, k))
                c = add_product(c, h, load(outputs, part, row_c, k))
                d = add_product(d, h, load(outputs, part, row_d, k))
            store_sums(logits, turn, part, place + shift, a, b, c, d)
