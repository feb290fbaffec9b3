from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from embedsmith.model.kernel.random import seed_of
from embedsmith.model.kernel.window import list_contexts, open_windows
from embedsmith.model.sampling import kept_shares
from model.conftest import is_likely

ALL = 2**32 - 1


@dataclass
class Opened:
    """The kept words, and the visits: places of centre, first and last word seen, (n, 3)."""

    words: np.ndarray
    visits: np.ndarray


def opened(text: Any, *, keep: Any = ALL, window: Any = 5, visits: Any = 1.0, seed: int = 0) -> Opened:
    """Open the windows of a text, with one value for each word, or one for all."""
    text = np.asarray(text, np.int32)
    size = int(text.max(initial=0)) + 1
    by_word = (
        np.full(size, value, dtype) for value, dtype in ((keep, np.uint32), (window, np.int32), (visits, np.float32))
    )
    words, places = np.empty(len(text), np.int32), np.empty((3, len(text) * int(np.ceil(np.max(visits)))), np.int32)
    kept, number = open_windows(text, *by_word, seed_of(seed), words, *places)
    return Opened(words[:kept], places[:, :number].T)


def sentences(lengths: list[int]) -> np.ndarray:
    """A text whose every word is its own: sentence after sentence, so that a word tells its place."""
    parts, start = [], 0
    for length in lengths:
        parts += [*range(start, start + length), -1]
        start += length
    return np.array(parts)


def test_each_word_of_a_sentence_is_visited_once_in_order() -> None:
    found = opened(sentences([4, 3, 2]))
    assert found.words.tolist() == list(range(9))
    assert found.visits[:, 0].tolist() == list(range(9))


def test_no_window_leaves_its_sentence_and_none_is_wider_than_it_may_be() -> None:
    lengths = np.random.default_rng(0).integers(2, 15, size=400).tolist()
    text = sentences(lengths)
    sentence = np.repeat(np.arange(400), lengths)
    found = opened(text, window=4)
    assert len(found.visits) == sum(lengths)
    for centre, left, right in found.visits:
        assert left <= centre <= right
        assert right > left
        assert len(set(sentence[left : right + 1])) == 1
        assert max(centre - left, right - centre) <= 4


@pytest.mark.parametrize("window", [2, 5, 10])
def test_the_reach_of_windows_is_even_from_one_to_the_largest(window: int) -> None:
    found = opened(sentences([30_000]), window=window)
    inner = found.visits[window:-window]
    reach = inner[:, 0] - inner[:, 1]
    np.testing.assert_array_equal(reach, inner[:, 2] - inner[:, 0])  # the same on both sides
    assert reach.min() == 1
    assert is_likely(np.bincount(reach, minlength=window + 1)[1:], np.ones(window))


def test_a_window_is_cut_at_the_ends_of_the_sentence_alone() -> None:
    for centre, left, right in opened(sentences([3] * 2000), window=5).visits:
        begin = centre // 3 * 3
        reach = {max(centre - left, right - centre)}
        assert {left, right} <= {begin, begin + 1, begin + 2}
        if centre == begin + 1:
            assert reach == {1}


def test_a_word_looks_as_far_as_its_own_window() -> None:
    text = np.tile([0, 1, 1, 1, 1, 1, 1, 1, 1, 1], 3000)
    found = opened([*text, -1], window=[9, 2])
    inner = found.visits[9:-9]
    reach = inner[:, 0] - inner[:, 1]
    rare = found.words[inner[:, 0]] == 0
    assert is_likely(np.bincount(reach[rare], minlength=10)[1:], np.ones(9))
    assert is_likely(np.bincount(reach[~rare], minlength=3)[1:], np.ones(2))


def test_a_sentence_of_one_word_is_left_out() -> None:
    assert opened([0, -1, 1, 2, -1, 3, -1]).words.tolist() == [1, 2]
    for text in ([], [-1], [-1, -1], [0, -1], [5, -1, 3, -1]):
        found = opened(text)
        assert (len(found.words), len(found.visits)) == (0, 0)


def test_a_last_sentence_without_an_end_and_empty_ones_are_no_harm() -> None:
    assert opened([-1, 0, 1, -1, -1, 2, 3]).words.tolist() == [0, 1, 2, 3]


def test_words_are_thinned_out_by_their_shares() -> None:
    counts = np.array([60_000, 20_000, 5000, 500])
    draw = np.random.default_rng(0)
    text = draw.permutation(np.repeat(np.arange(4), counts))
    shares = kept_shares(counts, 0.005)
    assert shares[0] < 0.2
    assert shares[3] == 1
    keep = np.minimum(shares * 2.0**32, ALL).astype(np.uint32)
    found = opened([*text, -1], keep=keep)
    kept = np.bincount(found.words, minlength=4)
    assert kept[3] == 500
    for word in range(3):
        assert is_likely([kept[word], counts[word] - kept[word]], [shares[word], 1 - shares[word]])


def test_each_occurrence_is_kept_or_not_on_its_own() -> None:
    found = opened(sentences([40_000]), keep=2**31)  # a half
    kept = np.zeros(40_000, int)
    kept[found.words] = 1
    assert is_likely(list(Counter((2 * kept[::2] + kept[1::2]).tolist()).values()), np.ones(4))


def test_what_is_kept_moves_together_and_windows_are_over_what_is_kept() -> None:
    found = opened(sentences([1000]), keep=2**31, window=1)
    assert np.all(np.diff(found.words) > 0)
    inner = found.visits[1:-1]
    np.testing.assert_array_equal(inner[:, 1], inner[:, 0] - 1)
    np.testing.assert_array_equal(inner[:, 2], inner[:, 0] + 1)


@pytest.mark.parametrize(("visits", "chances"), [(2.25, {2: 3, 3: 1}), (1.5, {1: 1, 2: 1}), (3.0, {3: 1})])
def test_an_occurrence_is_the_centre_so_often_in_expectation(visits: float, chances: dict[int, int]) -> None:
    found = opened(sentences([20_000]), visits=visits)
    times = np.bincount(np.bincount(found.visits[:, 0]))
    assert times.sum() == 20_000
    assert set(np.flatnonzero(times)) == set(chances)
    assert len(chances) == 1 or is_likely([times[number] for number in chances], list(chances.values()))


def test_each_visit_of_an_occurrence_draws_its_own_window() -> None:
    found = opened(sentences([20_000]), visits=2.0, window=3)
    reach = (found.visits[:, 2] - found.visits[:, 0]).reshape(-1, 2)[:-3]
    assert is_likely(np.bincount((reach[:, 0] - 1) * 3 + reach[:, 1] - 1, minlength=9), np.ones(9))


def test_the_same_state_gives_the_same_visits_and_another_one_others() -> None:
    text = sentences([50] * 20)
    first, second, third = (opened(text, keep=3 << 30, seed=seed) for seed in (1, 1, 2))
    assert first.visits.tobytes() == second.visits.tobytes()
    assert first.words.tobytes() != third.words.tobytes()


@pytest.mark.parametrize("window", [1, 4])
def test_contexts_are_the_words_of_the_window_but_the_centre(window: int) -> None:
    draw = np.random.default_rng(0)
    words = draw.integers(100, size=60).astype(np.int32)
    centres = draw.integers(60, size=200).astype(np.int32)
    left = np.maximum(centres - draw.integers(window + 1, size=200), 0).astype(np.int32)
    right = np.minimum(centres + draw.integers(window + 1, size=200), 59).astype(np.int32)
    bounds, contexts = np.full(201, -1), np.full(200 * 2 * window + window, -1, np.int32)
    list_contexts(np.pad(words, (0, window), constant_values=-7), centres, left, right, window, bounds, contexts)
    assert bounds[0] == 0
    for visit, (centre, first, last) in enumerate(zip(centres, left, right, strict=True)):
        seen = [*words[first:centre], *words[centre + 1 : last + 1]]
        assert contexts[bounds[visit] : bounds[visit + 1]].tolist() == seen
