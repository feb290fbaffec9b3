from __future__ import annotations

import random
from collections import Counter

from embedsmith.tokenizer.sample import Reservoir


def test_a_stream_shorter_than_the_reservoir_is_kept_whole() -> None:
    reservoir = Reservoir(10, seed=1)
    reservoir.extend(["a", "b"])
    reservoir.extend(["c"])
    assert reservoir.items == ["a", "b", "c"]


def test_every_item_is_kept_with_the_same_probability() -> None:
    kept: Counter[str] = Counter()
    for seed in range(4000):
        reservoir = Reservoir(2, seed=seed)
        reservoir.extend("abcde")
        kept.update(reservoir.items)
    assert all(abs(count / 4000 - 2 / 5) < 0.03 for count in kept.values())
    assert len(kept) == 5


def test_the_same_stream_and_seed_leave_the_same_items_however_they_come() -> None:
    first, second = Reservoir(3, seed=5), Reservoir(3, seed=5)
    first.extend(list(map(str, range(100))))
    for item in range(100):
        second.extend([str(item)])
    assert first.items == second.items


def test_the_items_are_those_of_algorithm_r_one_at_a_time() -> None:
    draw = random.Random(7)
    expected: list[str] = []
    for seen, item in enumerate(map(str, range(5000)), start=1):
        if len(expected) < 50:
            expected.append(item)
        elif (place := int(draw.random() * seen)) < 50:
            expected[place] = item
    reservoir = Reservoir(50, seed=7)
    for start in range(0, 5000, 30):
        reservoir.extend([str(item) for item in range(start, min(start + 30, 5000))])
    assert reservoir.items == expected
