from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.kernel.random import GOLDEN, draw, seed_of
from model.conftest import is_likely


def test_numbers_are_those_of_the_published_generator() -> None:
    """The first three of `splitmix64.c` (Vigna), whose state is advanced before each, from 1234567."""
    states = [(1234567 + n * int(GOLDEN)) % (1 << 64) for n in (1, 2, 3)]
    assert [int(draw(np.uint64(state))) for state in states] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@pytest.mark.parametrize("shift", [0, 20, 33, 60])
def test_all_bits_are_even(shift: int) -> None:
    states = np.arange(1, 20_001, dtype=np.uint64) * GOLDEN + seed_of(5)
    numbers = np.array([draw(state) for state in states], np.uint64)
    assert is_likely(np.bincount((numbers >> np.uint64(shift)).astype(np.uint64) & np.uint64(15)), np.ones(16))


def test_a_purpose_has_one_seed_and_other_purposes_others() -> None:
    purposes = [(seed, epoch, block) for seed in (1, 2, 3) for epoch in (0, 1, 2) for block in (0, 1, 2)]
    assert len({int(seed_of(*purpose)) for purpose in purposes}) == len(purposes)
    assert seed_of(3, 1, 4) == seed_of(3, 1, 4)
    assert seed_of(1).dtype == np.uint64
