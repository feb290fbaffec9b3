"""Skip-gram and CBOW with negative sampling, the columns of all rows divided among threads.

A visit is a word with its window. Its input is the mean of some rows of inputs, its positives are some rows of outputs:

- skip-gram: the input is the centre's row, or the mean of the rows of its units (fastText), the positives are the
  contexts;
- CBOW: the input is the mean of the contexts' rows, the positive is the centre.

Plain negative sampling (Mikolov et al. 2013, equation 4) draws K negatives for each pair. Here T visits, a tile, share
S negatives; the gradient of each is weighted by (positives of the visit) * K / S: in expectation it is the same, and
these are products of small matrices. From tile to tile F of the negatives are new: their rows come from far, those of
the others are at hand. All logits of a tile are taken before any of its updates. What an input changes by is added
to each of its rows, as word2vec's and fastText's codes do it.

A logit is the sum of its parts, one of each block of columns, in a fixed order. A thread has some of the blocks, and
the threads meet once a tile, when the parts are there. So every row has one writer for each of its columns, and the
result is that of one thread, to the bit.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import LANES, f4, prefetch, sigmoid
from embedsmith.model.kernel.barrier import meet
from embedsmith.model.kernel.products import CHANGE, INPUT, SHARED, TILE, products, update

AHEAD = 8
"""Visits between asking for a row and using it."""
FRESH = 8
"""F: negatives of a tile that the last one did not have."""
SAMPLED = 8
"""The loss is summed over one tile in so many."""
PAIRS, LOSS, MEASURED = 0, 1, 2
"""Places of the totals: pairs trained; loss and pairs of the sampled tiles."""


@compiled
def _among(rows: Any, visit: int, number: int, row: Any) -> bool:
    """Say whether `row` is one of rows[visit, :number]."""
    found = False
    for place in range(number):
        found |= rows[visit, place] == row
    return found


@cache
def make_trainer(width: int, cbow: bool, composed: bool) -> Any:
    """Return the kernel that trains a block's visits.

    Parameters
    ----------
    width
        W: columns of a part, a multiple of LANES.
    cbow
        Whether the contexts are the input, or the positives.
    composed
        Whether a word of the input is the mean of units, or a row.

    Notes
    -----
    Arguments of the kernel, for P parts, V words, U units (or words):

    inputs, outputs
        (P, U, W) and (P, V, W), 64-byte aligned, changed in place.
    bounds, unit_of
        Composed: the units of word w, unit_of[bounds[w] : bounds[w + 1]].
    words
        Kept words of the block.
    centres, left, right
        Of each visit: places in `words` (`open_windows`).
    noise, place
        The table of negatives, and where to begin in it.
    negative, rate
        Negatives of a pair, learning rate.
    in_room, out_room
        The most rows of an input, and the most positives, with one to spare.
    partial
        (2, P, TILE * (out_room + SHARED)): parts of logits, shared by the threads.
    scratch
        (P, SCRATCH, W), shared by the threads.
    totals
        Sums by PAIRS, LOSS, MEASURED; of the first thread.
    counters, own, threads, first, last
        Of the barrier; the parts that this thread trains.
    """
    W, T, S, F = width, TILE, SHARED, FRESH
    H, C = INPUT, CHANGE
    lanes = (0,) * (width // LANES)

    @compiled
    def train(
        inputs: Any,
        outputs: Any,
        bounds: Any,
        unit_of: Any,
        words: Any,
        centres: Any,
        left: Any,
        right: Any,
        noise: Any,
        place: int,
        negative: int,
        rate: Any,
        in_room: int,
        out_room: int,
        partial: Any,
        scratch: Any,
        totals: Any,
        counters: Any,
        own: int,
        threads: int,
        first: int,
        last: int,
    ) -> None:
        parts = len(inputs)
        in_rows = np.zeros((T, in_room), np.uint32)
        out_rows = np.zeros((T, out_room), np.uint32)
        in_number = np.zeros(T, np.int64)
        out_number = np.zeros(T, np.int64)
        size = S * T + T * out_room
        slope = np.zeros(size, np.float32)
        weight = np.zeros((T, S), np.float32)
        by_visit = np.zeros((T, S), np.float32)
        by_negative = np.zeros((S, T), np.float32)
        drawn = np.zeros(S, np.uint32)
        visit, tile = 0, 0
        while visit < len(centres):
            # which rows the tile is of
            filled = 0
            while visit < len(centres) and filled < T:
                centre = np.int64(centres[visit])
                m = n = 0
                for other in range(left[visit], right[visit] + 1):
                    if not cbow:
                        out_rows[filled, m] = words[other]
                        m += 1 if other != centre else 0
                    elif other != centre:
                        if composed:
                            for unit in range(bounds[words[other]], bounds[words[other] + 1]):
                                in_rows[filled, n] = unit_of[unit]
                                n += 1
                        else:
                            in_rows[filled, n] = words[other]
                            n += 1
                if cbow:
                    out_rows[filled, 0] = words[centre]
                    m = 1
                elif composed:
                    for unit in range(bounds[words[centre]], bounds[words[centre] + 1]):
                        in_rows[filled, n] = unit_of[unit]
                        n += 1
                else:
                    in_rows[filled, 0] = words[centre]
                    n = 1
                in_number[filled], out_number[filled] = n, m
                filled += 1
                coming = np.int64(centres[min(visit + AHEAD, len(centres) - 1)])
                new = np.int64(words[right[min(visit + AHEAD, len(centres) - 1)]])
                for part in range(first, last):
                    for k in range(0, W, LANES):
                        prefetch(outputs, part, np.int64(words[coming]) if cbow else new, k)
                    if composed:
                        word = new if cbow else np.int64(words[coming])
                        for unit in range(bounds[word], bounds[word + 1]):
                            for k in range(0, W, LANES):
                                prefetch(inputs, part, np.int64(unit_of[unit]), k)
                    else:
                        for k in range(0, W, LANES):
                            prefetch(inputs, part, new if cbow else np.int64(words[coming]), k)
                visit += 1
            for t in range(filled, T):
                in_number[t] = out_number[t] = 0
            for s in range(S):
                drawn[s] = noise[place + s]
            place = place + F if place + F + 2 * S < len(noise) else 0
            for s in range(S - F, S):  # of the next tile
                for part in range(first, last):
                    for k in range(0, W, LANES):
                        prefetch(outputs, part, np.int64(noise[place + s]), k)

            # parts of the logits
            turn = tile % 2
            for part in range(first, last):
                for t in range(T):
                    if in_number[t] == 1:
                        row = in_rows[t, 0]
                        for k in range(W):
                            scratch[part, H + t, k] = inputs[part, row, k]
                    else:
                        for k in range(W):
                            scratch[part, H + t, k] = f4(0)
                        for i in range(in_number[t]):
                            row = in_rows[t, i]
                            for k in range(W):
                                scratch[part, H + t, k] += inputs[part, row, k]
                        share = f4(1) / f4(max(in_number[t], 1))
                        for k in range(W):
                            scratch[part, H + t, k] *= share
                for t in range(filled):
                    m = out_number[t]
                    base = S * T + t * out_room
                    j = 0
                    while j < m:
                        if j + 3 < m:
                            a, b, c, d = out_rows[t, j], out_rows[t, j + 1], out_rows[t, j + 2], out_rows[t, j + 3]
                            xa = xb = xc = xd = f4(0)
                            for k in range(W):
                                h = scratch[part, H + t, k]
                                xa += h * outputs[part, a, k]
                                xb += h * outputs[part, b, k]
                                xc += h * outputs[part, c, k]
                                xd += h * outputs[part, d, k]
                            partial[turn, part, base + j], partial[turn, part, base + j + 1] = xa, xb
                            partial[turn, part, base + j + 2], partial[turn, part, base + j + 3] = xc, xd
                            j += 4
                        else:
                            a = out_rows[t, j]
                            xa = f4(0)
                            for k in range(W):
                                xa += scratch[part, H + t, k] * outputs[part, a, k]
                            partial[turn, part, base + j] = xa
                            j += 1
                products(lanes, outputs, part, drawn, scratch, partial, turn)
            meet(counters, own, threads, tile + 1)

            # slopes, by each thread for itself: first the negatives, then the positives, visit by visit
            for i in range(size):
                slope[i] = partial[turn, 0, i]
            for part in range(1, parts):
                for i in range(size):
                    slope[i] += partial[turn, part, i]
            for i in range(size):
                slope[i] = sigmoid(slope[i])
            if own == 0:
                for t in range(filled):
                    totals[PAIRS] += out_number[t]
            if own == 0 and tile % SAMPLED == 0:
                for t in range(filled):
                    base = S * T + t * out_room
                    for j in range(out_number[t]):
                        totals[LOSS] -= np.log(max(slope[base + j], f4(1e-7)))
                    for s in range(S):
                        loss = f4(out_number[t] * negative) / f4(S) * np.log(max(f4(1) - slope[s * T + t], f4(1e-7)))
                        totals[LOSS] -= loss if not _among(out_rows, t, out_number[t], drawn[s]) else f4(0)
                    totals[MEASURED] += out_number[t]
            for t in range(T):
                for s in range(S):
                    weight[t, s] = -rate * f4(out_number[t] * negative) / f4(S)
                for j in range(out_number[t]):
                    row = out_rows[t, j]
                    for s in range(S):
                        weight[t, s] = f4(0) if drawn[s] == row else weight[t, s]  # a positive is no negative
            for s in range(S):
                for t in range(T):
                    by_negative[s, t] = weight[t, s] * slope[s * T + t]
            for t in range(T):
                for s in range(S):
                    by_visit[t, s] = by_negative[s, t]
            for i in range(S * T, size):
                slope[i] = (f4(1) - slope[i]) * rate

            # updates
            for part in range(first, last):
                update(lanes, outputs, part, drawn, scratch, by_visit, by_negative)
                for t in range(filled):
                    m = out_number[t]
                    base = S * T + t * out_room
                    j = 0
                    while j < m:
                        if j + 1 < m and out_rows[t, j] != out_rows[t, j + 1]:
                            a, b = out_rows[t, j], out_rows[t, j + 1]
                            ga, gb = slope[base + j], slope[base + j + 1]
                            for k in range(W):
                                xa = outputs[part, a, k]
                                xb = outputs[part, b, k]
                                h = scratch[part, H + t, k]
                                scratch[part, C + t, k] += ga * xa + gb * xb
                                outputs[part, a, k] = xa + ga * h
                                outputs[part, b, k] = xb + gb * h
                            j += 2
                        else:
                            a = out_rows[t, j]
                            ga = slope[base + j]
                            for k in range(W):
                                xa = outputs[part, a, k]
                                scratch[part, C + t, k] += ga * xa
                                outputs[part, a, k] = xa + ga * scratch[part, H + t, k]
                            j += 1
                for t in range(filled):
                    for i in range(in_number[t]):
                        row = in_rows[t, i]
                        for k in range(W):
                            inputs[part, row, k] += scratch[part, C + t, k]
            tile += 1

    return train
