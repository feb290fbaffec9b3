"""Random numbers inside kernels: one 64-bit state, seeded by what the numbers are for."""

from __future__ import annotations

import numpy as np

from embedsmith.compiled import compiled


@compiled
def draw(state: np.uint64) -> np.uint64:
    """Return the `state`-th number of SplitMix64 (Steele, Lea & Flood 2014); add GOLDEN to `state` for the next."""
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def seed_of(*purpose: int) -> np.uint64:
    """Return a state for one purpose, such as (seed, epoch, block): other numbers, other sequences."""
    return np.uint64(np.random.SeedSequence([int(part) for part in purpose]).generate_state(1, np.uint64)[0])
