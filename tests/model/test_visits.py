from __future__ import annotations

from typing import Any

import numpy as np

from embedsmith.model.sampling import rare_visits
from embedsmith.model.visits import Reading, Visits, visits

ALL = 2**32 - 1


def reading(words: int, **by_word: Any) -> Reading:
    """How words are read: all alike, but for what is given."""
    values = {"keep": ALL, "window": 5, "visits": 1.0, **by_word}
    return Reading(
        keep=np.full(words, values["keep"], np.uint32),
        window=np.full(words, values["window"], np.int32),
        visits=np.full(words, values["visits"], np.float32),
    )


def same(one: Visits, other: Visits) -> bool:
    seen = [(block.words[block.centres], block.centres, block.left, block.right) for block in (one, other)]
    return [part.tobytes() for part in seen[0]] == [part.tobytes() for part in seen[1]]


def test_a_block_has_its_kept_words_and_their_windows() -> None:
    text = np.array([0, 1, 2, -1, 3, -1, 4, 0, -1], np.int32)
    block = visits(text, reading(5, window=1), (1, 0, 0))
    assert block.words[block.centres].tolist() == [0, 1, 2, 4, 0]
    seen = [block.words[left : right + 1].tolist() for left, right in zip(block.left, block.right, strict=True)]
    assert seen == [[0, 1], [0, 1, 2], [1, 2], [4, 0], [4, 0]]
    assert block.read == 6  # the lone 3 as well: it is read, and has nothing to be near to
    assert {array.dtype.name for array in (block.words, block.centres, block.left, block.right)} == {"int32"}


def test_words_that_were_thinned_out_count_as_read() -> None:
    text = np.tile(np.array([0, 1, 2, 3, -1], np.int32), 200)
    block = visits(text, reading(4, keep=1 << 30), (1, 0, 0))
    assert block.read == 800
    assert 0 < len(block.centres) < 400


def test_a_purpose_has_its_visits_and_another_one_others() -> None:
    text = np.tile(np.array([0, 1, 2, 3, -1], np.int32), 50)
    first, again, other = (visits(text, reading(4, keep=3 << 30), purpose) for purpose in ((1, 0), (1, 0), (1, 1)))
    assert same(first, again)
    assert not same(first, other)


def test_a_block_of_nothing_has_no_visits() -> None:
    for text in ([], [-1], [0, -1]):
        block = visits(np.array(text, np.int32), reading(1), (1,))
        assert (len(block.centres), block.read) == (0, text.count(0))


def test_rare_words_are_visited_as_often_as_frequent_ones_where_power_and_most_allow() -> None:
    counts = np.array([4000, 800, 200, 40])
    draw = np.random.default_rng(0)
    text = np.concatenate([draw.permutation(np.repeat(np.arange(4), counts)), [-1]]).astype(np.int32)
    often = rare_visits(counts, below=1000, power=1, most=100)
    block = visits(text, reading(4, visits=often), (1,))
    found = np.bincount(block.words[block.centres], minlength=4)
    expected = counts * often
    np.testing.assert_allclose(expected, [4000, 1000, 1000, 1000], rtol=1e-6)
    spread = np.sqrt(counts * np.maximum(np.mod(often, 1) * (1 - np.mod(often, 1)), 1e-12))
    assert np.all(np.abs(found - expected) <= 4 * spread + 1)
    assert block.centres.max() == counts.sum() - 1  # only the visits are more, not the words
