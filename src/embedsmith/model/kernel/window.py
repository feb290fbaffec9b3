"""From a block of text to the visits of training: which words are kept, how far each looks, and what it sees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled
from embedsmith.model.kernel.random import GOLDEN, draw
from embedsmith.model.kernel.vector import LANES, copy

Int32s = npt.NDArray[np.int32]


@compiled
def open_windows(
    text: Int32s,
    keep: npt.NDArray[np.uint32],
    window: npt.NDArray[np.int32],
    visits: npt.NDArray[np.float32],
    state: np.uint64,
    words: Int32s,
    centres: Int32s,
    left: Int32s,
    right: Int32s,
) -> tuple[int, int]:
    """Thin out `text` and draw the window of each visit; return how many words are kept and how many visits there are.

    Parameters
    ----------
    text
        Word ids, (n,), -1 after each sentence.
    keep
        For each word of the vocabulary, the share of its occurrences that stay, times 2^32 - 1, (V,).
    window
        Largest distance at which each word looks, (V,); a visit draws its own from 1 to that.
    visits
        How often an occurrence is the centre, in expectation, (V,).
    state
        Of the random numbers.
    words
        Filled: the kept words in order, (n,).
    centres, left, right
        Filled: of each visit, the centre's place in `words`, and the first and last place it sees, (n * largest number
        of visits,).
    """
    number = kept = start = 0
    for place in range(len(text) + 1):
        word = text[place] if place < len(text) else np.int32(-1)
        if word >= 0:
            state += GOLDEN
            words[kept] = word  # overwritten by the next if it is not kept: there is no branch to guess
            kept += np.uint32(draw(state) >> np.uint64(32)) <= keep[word]
            continue
        if kept - start < 2:  # nothing to be near to
            kept = start
            continue
        for centre in range(start, kept):
            word = words[centre]
            times = 1
            if visits[word] != np.float32(1):
                state += GOLDEN
                times = int(visits[word] + np.float32(draw(state) >> np.uint64(40)) * np.float32(2.0**-24))
            for _ in range(times):
                state += GOLDEN
                reach = 1 + np.int64(((draw(state) >> np.uint64(32)) * np.uint64(window[word])) >> np.uint64(32))
                centres[number] = centre
                left[number] = max(start, centre - reach)
                right[number] = min(kept - 1, centre + reach)
                number += 1
        start = kept
    return kept, number


@compiled
def list_contexts(
    words: Int32s,
    centres: Int32s,
    left: Int32s,
    right: Int32s,
    window: int,
    bounds: npt.NDArray[np.int64],
    contexts: Int32s,
) -> None:
    """List the words that each visit sees, without its centre.

    Parameters
    ----------
    words, centres, left, right
        As `open_windows` filled them; `words` with `beyond(window)` more places.
    window
        Largest distance of all.
    bounds
        Filled: the contexts of visit v are those from bounds[v] to bounds[v + 1], (visits + 1,).
    contexts
        Filled, (visits * 2 * window + beyond(window),) or more.
    """
    number = np.int64(0)
    for visit in range(len(centres)):
        bounds[visit] = number
        centre, first, last = np.int64(centres[visit]), np.int64(left[visit]), np.int64(right[visit])
        _copy(words, first, contexts, number, window)
        number += centre - first
        _copy(words, centre + 1, contexts, number, window)
        number += last - centre
    bounds[len(centres)] = number


@compiled
def _copy(words: Int32s, start: np.int64, contexts: Int32s, place: np.int64, window: int) -> None:
    """Copy as many words as there can be, in whole vectors: what is too much is overwritten by the next."""
    for other in range(0, window, LANES):
        copy(words, start + other, contexts, place + other)
