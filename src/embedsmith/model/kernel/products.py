"""Products of T visits with S negatives, in registers.

Rows are named by their places: a view of an array costs more than its use here. `lanes` is a tuple whose length is the
width of a row in LANES: so it is known when the kernel is compiled.
"""

from __future__ import annotations

from typing import Any

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import LANES, f4

TILE = 8
"""T: visits of a tile; the kernels are written out for it."""
SHARED = 24
"""S: negatives that they share, a multiple of 8."""
INPUT, CHANGE, NEGATIVE = 0, TILE, 2 * TILE
"""Where in a part's scratch rows begin: inputs of the visits, their change, eight of the negatives."""
SCRATCH = 3 * TILE
"""Rows of it."""


@compiled
def products(lanes: Any, outputs: Any, part: int, drawn: Any, scratch: Any, logits: Any, turn: int) -> None:
    """Set logits[turn, part, : S * T] to the rows `drawn` of outputs[part] times the inputs, four by four."""
    W, T, S, H, _C, _N = LANES * len(lanes), TILE, SHARED, INPUT, CHANGE, NEGATIVE
    for t in range(0, T, 4):
        for s in range(0, S, 4):
            a, b, c, d = drawn[s], drawn[s + 1], drawn[s + 2], drawn[s + 3]
            x00 = x01 = x02 = x03 = f4(0)
            x10 = x11 = x12 = x13 = f4(0)
            x20 = x21 = x22 = x23 = f4(0)
            x30 = x31 = x32 = x33 = f4(0)
            for k in range(W):
                h0, h1 = scratch[part, H + t, k], scratch[part, H + t + 1, k]
                h2, h3 = scratch[part, H + t + 2, k], scratch[part, H + t + 3, k]
                x = outputs[part, a, k]
                x00 += x * h0
                x01 += x * h1
                x02 += x * h2
                x03 += x * h3
                x = outputs[part, b, k]
                x10 += x * h0
                x11 += x * h1
                x12 += x * h2
                x13 += x * h3
                x = outputs[part, c, k]
                x20 += x * h0
                x21 += x * h1
                x22 += x * h2
                x23 += x * h3
                x = outputs[part, d, k]
                x30 += x * h0
                x31 += x * h1
                x32 += x * h2
                x33 += x * h3
            place = s * T + t
            logits[turn, part, place], logits[turn, part, place + 1] = x00, x01
            logits[turn, part, place + 2], logits[turn, part, place + 3] = x02, x03
            place += T
            logits[turn, part, place], logits[turn, part, place + 1] = x10, x11
            logits[turn, part, place + 2], logits[turn, part, place + 3] = x12, x13
            place += T
            logits[turn, part, place], logits[turn, part, place + 1] = x20, x21
            logits[turn, part, place + 2], logits[turn, part, place + 3] = x22, x23
            place += T
            logits[turn, part, place], logits[turn, part, place + 1] = x30, x31
            logits[turn, part, place + 2], logits[turn, part, place + 3] = x32, x33


@compiled
def update(lanes: Any, outputs: Any, part: int, drawn: Any, scratch: Any, by_visit: Any, by_negative: Any) -> None:
    """Set the inputs' change to by_visit (T, S) times the rows `drawn`, and add by_negative (S, T) times inputs."""
    W, T, S, H, C, N = LANES * len(lanes), TILE, SHARED, INPUT, CHANGE, NEGATIVE
    for first in range(0, S, 8):
        for s in range(8):
            row = drawn[first + s]
            for k in range(W):
                scratch[part, N + s, k] = outputs[part, row, k]
        for t in range(T):
            a0, a1, a2, a3 = (
                by_visit[t, first],
                by_visit[t, first + 1],
                by_visit[t, first + 2],
                by_visit[t, first + 3],
            )
            a4, a5, a6, a7 = (
                by_visit[t, first + 4], by_visit[t, first + 5], by_visit[t, first + 6], by_visit[t, first + 7]
            )  # fmt: skip
            for k in range(W):
                x = a0 * scratch[part, N, k] + a1 * scratch[part, N + 1, k]
                x += a2 * scratch[part, N + 2, k] + a3 * scratch[part, N + 3, k]
                x += a4 * scratch[part, N + 4, k] + a5 * scratch[part, N + 5, k]
                x += a6 * scratch[part, N + 6, k] + a7 * scratch[part, N + 7, k]
                scratch[part, C + t, k] = x + (scratch[part, C + t, k] if first > 0 else f4(0))
        for s in range(first, first + 8):
            row = drawn[s]
            a0, a1, a2, a3 = by_negative[s, 0], by_negative[s, 1], by_negative[s, 2], by_negative[s, 3]
            a4, a5, a6, a7 = by_negative[s, 4], by_negative[s, 5], by_negative[s, 6], by_negative[s, 7]
            for k in range(W):
                x = a0 * scratch[part, H, k] + a1 * scratch[part, H + 1, k]
                x += a2 * scratch[part, H + 2, k] + a3 * scratch[part, H + 3, k]
                x += a4 * scratch[part, H + 4, k] + a5 * scratch[part, H + 5, k]
                x += a6 * scratch[part, H + 6, k] + a7 * scratch[part, H + 7, k]
                outputs[part, row, k] += x
