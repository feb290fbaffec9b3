"""Skip-gram and CBOW with negative sampling, the columns of all rows divided among threads.

A visit is a word with its window. Its input is the mean of some rows of inputs, its positives are some rows of outputs:

- skip-gram: the input is the centre's row, or the mean of the rows of its units (fastText), the positives are the
  contexts;
- CBOW: the input is the mean of the contexts' rows, the positive is the centre.

Plain negative sampling (Mikolov et al. 2013, equation 4) draws K negatives for each pair. Here T visits, a tile, share
S negatives; the gradient of each is weighted by (positives of the visit) * K / S: in expectation it is the same, and
these are products of small matrices. All logits of a tile are taken before any of its updates.

A logit is the sum of its parts, one of each block of columns, in a fixed order. A thread has some of the blocks, and
the threads meet once a tile, when the parts are there. So every row has one writer for each of its columns, and the
result is that of one thread, to the bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.model.kernel.barrier import arrive, await_others
from embedsmith.model.kernel.logits import fetch, gather, score_negatives, score_positives
from embedsmith.model.kernel.slopes import MARKS, PAIRS, likelihoods, measure, weigh
from embedsmith.model.kernel.tile import FRESH, TILE
from embedsmith.model.kernel.updates import scatter, update_negatives, update_positives
from embedsmith.model.kernel.vector import at

SAMPLED = 64
"""The loss is summed over one tile in so many."""


@compiled
def train(
    inputs: Any,
    outputs: Any,
    in_bounds: Any,
    in_rows: Any,
    in_new: int,
    out_bounds: Any,
    out_rows: Any,
    out_new: int,
    noise: Any,
    place: int,
    shared: int,
    negative: int,
    rate: Any,
    logits: Any,
    scratch: Any,
    totals: Any,
    counters: Any,
    own: int,
    threads: int,
    first: int,
    last: int,
) -> None:
    """Train the visits of a block, as one of the threads that do it together.

    Parameters
    ----------
    inputs, outputs
        For P parts of W columns, W a multiple of LANES: (P, U, W) and (P, V, W), changed in place.
    in_bounds, in_rows
        Visit v has the rows in_rows[in_bounds[v] : in_bounds[v + 1]] of inputs; int64 (n + 1,) and int32.
    in_new
        So many of them, at most, at the end of its list, may be rows that the visits before did not have.
    out_bounds, out_rows, out_new
        Likewise its rows of outputs.
    noise, place
        The table of negatives, int32, and where to begin in it: it has 2 S more.
    shared
        S, a multiple of 4, at least FRESH.
    negative, rate
        K; learning rate.
    logits
        (2, P, T * S + positives of a tile + BEHIND), shared by the threads.
    scratch
        (P, SCRATCH, W), shared by the threads.
    totals
        Sums by PAIRS, LOSS, MEASURED; of the first thread.
    counters, own, threads
        Of the barrier.
    first, last
        The parts that this thread trains.
    """
    visits, start = len(in_bounds) - 1, TILE * shared  # where the logits of positives begin
    slope, weight = np.zeros((1, 1, logits.shape[2]), np.float32), np.zeros((1, 1, TILE), np.float32)
    marks = np.zeros(MARKS, np.uint8)
    for begin in range(0, visits, TILE):
        end, tile = min(begin + TILE, visits), begin // TILE
        drawn = noise[place : place + shared]
        turn, positives = tile % 2, at(out_bounds, end) - at(out_bounds, begin)
        for part in range(first, last):
            gather(inputs, part, in_bounds, in_rows, begin, end, scratch)
            score_negatives(outputs, part, drawn, scratch, logits, turn)
            score_positives(outputs, part, out_bounds, out_rows, begin, end, scratch, logits, turn, start)
        arrive(counters, own, threads, tile + 1)
        place_after = place + FRESH if place + FRESH + 2 * shared < len(noise) else 0
        for part in range(first, last):  # what the next tile needs is under way while the others arrive
            fetch(outputs, part, noise, place_after + shared - FRESH, place_after + shared)
            for visit in range(end, min(end + TILE, visits)):
                come = at(in_bounds, visit), at(in_bounds, visit + 1)
                fetch(inputs, part, in_rows, max(come[0], come[1] - in_new), come[1])
                come = at(out_bounds, visit), at(out_bounds, visit + 1)
                fetch(outputs, part, out_rows, max(come[0], come[1] - out_new), come[1])
        await_others(counters, own, threads, tile + 1)
        likelihoods(logits, turn, start + positives, slope[0, 0])
        if own == 0:
            totals[PAIRS] += positives
            if tile % SAMPLED == 0:
                measure(slope[0, 0], out_bounds, out_rows, begin, end, drawn, negative, totals)
        weigh(slope, out_bounds, out_rows, begin, end, drawn, negative, rate, weight, marks)
        for part in range(first, last):
            update_negatives(outputs, part, drawn, scratch, slope)
            update_positives(outputs, part, out_bounds, out_rows, begin, end, scratch, slope, start)
            scatter(inputs, part, in_bounds, in_rows, begin, end, scratch)
        place = place_after
