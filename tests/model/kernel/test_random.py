from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from embedsmith.model.kernel.random import GOLDEN, draw, seed_of, shuffle
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


def test_every_order_is_as_likely_as_any_other() -> None:
    found = np.zeros(24)
    orders = {order: place for place, order in enumerate(permutations(range(4)))}
    for seed in range(4800):
        values = np.arange(4, dtype=np.int32)
        shuffle(values, seed_of(seed))
        found[orders[tuple(values.tolist())]] += 1
    assert is_likely(found, np.ones(24))


def test_a_shuffle_loses_nothing_and_is_that_of_its_state() -> None:
    first, again, other = (np.arange(5000, dtype=np.int32) for _ in range(3))
    for values, seed in ((first, 1), (again, 1), (other, 2)):
        shuffle(values, seed_of(seed))
    np.testing.assert_array_equal(np.sort(first), np.arange(5000))
    np.testing.assert_array_equal(first, again)
    assert np.mean(first == other) < 0.01
    shuffle(np.zeros(0, np.int32), seed_of(1))
