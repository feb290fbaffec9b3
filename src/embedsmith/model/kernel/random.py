"""Random numbers inside kernels: one 64-bit state, seeded by what the numbers are for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled


@compiled
def draw(state: np.uint64) -> np.uint64:
    """Return the `state`-th number of SplitMix64 (Steele, Lea & Flood 2014); add GOLDEN to `state` for the next."""
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@compiled
def shuffle(values: npt.NDArray[np.int32], state: np.uint64) -> None:
    """Put `values` in random order: algorithm P of Knuth (1969), due to Durstenfeld (1964); fewer than 2^32 of them."""
    for last in range(len(values) - 1, 0, -1):
        state += GOLDEN
        other = np.int64(((draw(state) >> np.uint64(32)) * np.uint64(last + 1)) >> np.uint64(32))
        values[last], values[other] = values[other], values[last]


def seed_of(*purpose: int) -> np.uint64:
    """Return a state for one purpose, such as (seed, epoch, block): other numbers, other sequences."""
    return np.uint64(np.random.SeedSequence([int(part) for part in purpose]).generate_state(1, np.uint64)[0])
