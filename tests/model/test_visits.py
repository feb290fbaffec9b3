from __future__ import annotations

from typing import Any

import numpy as np

from embedsmith.model.sampling import rare_visits
from embedsmith.model.units import Units
from embedsmith.model.visits import Lists, Reading, Visits, visits

ALL = 2**32 - 1


def reading(words: int, **by_word: Any) -> Reading:
    """How words are read: all alike, but for what is given."""
    values = {"keep": ALL, "window": 5, "visits": 1.0, **by_word}
    return Reading(
        keep=np.full(words, values["keep"], np.uint32),
        window=np.full(words, values["window"], np.int32),
        visits=np.full(words, values["visits"], np.float32),
    )


def parts(lists: Lists) -> list[list[int]]:
    """Lists as lists."""
    return [lists.rows[start:end].tolist() for start, end in zip(lists.bounds, lists.bounds[1:], strict=False)]


def same(one: Visits, other: Visits) -> bool:
    return (parts(one.centres), parts(one.contexts)) == (parts(other.centres), parts(other.contexts))


def test_a_block_has_its_kept_words_and_what_they_see() -> None:
    text = np.array([0, 1, 2, -1, 3, -1, 4, 0, -1], np.int32)
    block = visits(text, reading(5, window=1), (1, 0, 0))
    assert parts(block.centres) == [[0], [1], [2], [4], [0]]
    assert parts(block.contexts) == [[1], [0, 2], [1], [0], [4]]
    assert block.read == 6  # the lone 3 as well: it is read, and has nothing to be near to
    assert {lists.rows.dtype.name for lists in (block.centres, block.contexts)} == {"int32"}


def test_lists_of_words_become_lists_of_units() -> None:
    units = Units(np.array([0, 1, 3, 6]), np.array([9, 7, 8, 5, 6, 5], np.int32))
    words = Lists(np.array([0, 2, 2, 3]), np.array([2, 0, 1, 1, 2], np.int32), 2)  # more rows than are listed
    listed = words.of_units(units)
    assert parts(listed) == [[5, 6, 5, 9], [], [7, 8]]
    assert listed.new >= 6  # any of a word's units may be new


def test_words_that_were_thinned_out_count_as_read() -> None:
    text = np.tile(np.array([0, 1, 2, 3, -1], np.int32), 200)
    block = visits(text, reading(4, keep=1 << 30), (1, 0, 0))
    assert block.read == 800
    assert 0 < len(block.centres.bounds) - 1 < 400


def test_a_purpose_has_its_visits_and_another_one_others() -> None:
    text = np.tile(np.array([0, 1, 2, 3, -1], np.int32), 50)
    first, again, other = (visits(text, reading(4, keep=3 << 30), purpose) for purpose in ((1, 0), (1, 0), (1, 1)))
    assert same(first, again)
    assert not same(first, other)


def test_a_block_of_nothing_has_no_visits() -> None:
    for text in ([], [-1], [0, -1]):
        block = visits(np.array(text, np.int32), reading(1), (1,))
        assert (len(block.centres.bounds) - 1, block.read) == (0, text.count(0))


def test_rare_words_are_visited_as_often_as_frequent_ones_where_power_and_most_allow() -> None:
    counts = np.array([4000, 800, 200, 40])
    draw = np.random.default_rng(0)
    text = np.concatenate([draw.permutation(np.repeat(np.arange(4), counts)), [-1]]).astype(np.int32)
    often = rare_visits(counts, below=1000, power=1, most=100)
    block = visits(text, reading(4, visits=often), (1,))
    found = np.bincount(block.centres.rows, minlength=4)
    expected = counts * often
    np.testing.assert_allclose(expected, [4000, 1000, 1000, 1000], rtol=1e-6)
    spread = np.sqrt(counts * np.maximum(np.mod(often, 1) * (1 - np.mod(often, 1)), 1e-12))
    assert np.all(np.abs(found - expected) <= 4 * spread + 1)
