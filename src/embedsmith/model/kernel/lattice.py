"""Drawing one of the ways to cut a word into pieces: forward filtering, backward sampling."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled
from embedsmith.model.kernel.random import GOLDEN, draw

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@compiled
def sample_cuts(
    lengths: Int64s,
    edges: Int64s,
    start: Int32s,
    end: Int32s,
    unit: Int32s,
    score: npt.NDArray[np.float64],
    state: np.uint64,
    bounds: Int64s,
    cut: Int32s,
) -> None:
    """Cut each word with a probability proportional to the exponential of the sum of its pieces' scores.

    Kudo (2018), "Subword regularization", section 3.2, over the whole lattice.

    Parameters
    ----------
    lengths
        Characters of each word, (V,).
    edges, start, end, unit, score
        The pieces that fit into word w are the places edges[w] : edges[w + 1] of the others: from which to which
        character, its unit, its score (times alpha). By rising `end`.
    state
        Of the random numbers.
    bounds, cut
        Filled: the units of word w, cut[bounds[w] : bounds[w + 1]], in order. At least as long as all characters.
    """
    forward = np.empty(lengths.max() + 1, np.float64)
    filled = 0
    for word in range(len(lengths)):
        first, last, length = edges[word], edges[word + 1], lengths[word]
        forward[: length + 1] = -1e300
        forward[0] = 0.0
        for edge in range(first, last):
            here, there = forward[end[edge]], forward[start[edge]] + score[edge]
            high, low = max(here, there), min(here, there)
            forward[end[edge]] = high + np.log1p(np.exp(max(low - high, -700.0)))
        bounds[word] = filled
        place = length
        while place > 0:
            state += GOLDEN
            left = np.float64(draw(state) >> np.uint64(11)) * 2.0**-53
            chosen = -1
            for edge in range(first, last):
                if end[edge] == place:
                    chosen = edge
                    left -= np.exp(max(forward[start[edge]] + score[edge] - forward[place], -700.0))
                    if left < 0:
                        break
            cut[filled] = unit[chosen]
            filled += 1
            place = np.int64(start[chosen])
        for step in range((filled - bounds[word]) // 2):  # drawn from the end
            i, j = bounds[word] + step, filled - 1 - step
            cut[i], cut[j] = cut[j], cut[i]
    bounds[len(lengths)] = filled
