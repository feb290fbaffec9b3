from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from embedsmith.model.kernel.random import seed_of
from embedsmith.model.sampling import TABLE, kept_shares, noise_table, rare_visits
from model.conftest import is_likely


@pytest.fixture
def small_table() -> None:
    """None here: the table is as it is."""


COUNTS = np.array([5000, 1000, 1000, 300, 40, 5, 1])


def test_the_kept_share_by_hand() -> None:
    counts = np.array([9900, 99, 1])  # f is .99, .0099, .0001
    shares = kept_shares(counts, 0.001)
    assert shares[0] == pytest.approx((0.001 / 0.99) ** 0.5 + 0.001 / 0.99)
    assert shares[1] == pytest.approx((0.001 / 0.0099) ** 0.5 + 0.001 / 0.0099)
    assert shares[2] == 1
    assert kept_shares(counts, 0).tolist() == [1, 1, 1]


def test_the_kept_share_is_that_of_gensim() -> None:
    from gensim.models import Word2Vec

    network = Word2Vec(sample=1e-2, min_count=1)
    network.build_vocab_from_freq({f"w{place}": int(count) for place, count in enumerate(COUNTS)})
    theirs = [network.wv.get_vecattr(f"w{place}", "sample_int") / 2**32 for place in range(len(COUNTS))]
    np.testing.assert_allclose(kept_shares(COUNTS, 1e-2), theirs, rtol=1e-6)


@pytest.mark.parametrize("exponent", [0.75, 1.0, 0.0, -0.5])
def test_a_word_is_in_the_table_of_negatives_by_its_count_to_a_power(exponent: float) -> None:
    table = noise_table(COUNTS, exponent, seed_of(0))
    shares = COUNTS**exponent / (COUNTS**exponent).sum()
    assert table.dtype == np.int32
    assert len(table) == pytest.approx(TABLE, abs=len(COUNTS))
    np.testing.assert_allclose(np.bincount(table), shares * TABLE, atol=0.51)


def test_any_part_of_the_table_has_the_shares_of_the_whole() -> None:
    table = noise_table(COUNTS, 0.75, seed_of(0))
    for start, end in pairwise(np.linspace(0, len(table), 40).astype(int)[:6]):
        assert is_likely(np.bincount(table[start:end], minlength=len(COUNTS)), COUNTS**0.75)
    neighbours = 3 * np.minimum(table[:50_000:2], 2) + np.minimum(table[1:50_000:2], 2)  # independent of each other
    three = np.append(COUNTS[:2], 0) ** 0.75
    three[2] = (COUNTS[2:] ** 0.75).sum()
    assert is_likely(np.bincount(neighbours), np.outer(three, three).ravel())


def test_every_word_is_in_the_table_and_a_large_vocabulary_has_a_larger_one() -> None:
    counts = np.ones(400_000, np.int64)
    counts[0] = 10**12
    table = noise_table(counts, 1, seed_of(0))
    assert np.bincount(table).min() == 1
    assert len(table) >= 16 * len(counts)


def test_another_state_gives_another_order_of_the_same_words() -> None:
    first, second, third = (noise_table(COUNTS, 0.75, seed_of(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, third)
    np.testing.assert_array_equal(np.sort(first), np.sort(third))


def test_visits_of_rare_words_by_hand() -> None:
    counts = np.array([1000, 100, 99, 50, 25, 1])
    assert rare_visits(counts, 100, 1, 100).tolist() == pytest.approx([1, 1, 100 / 99, 2, 4, 100])
    assert rare_visits(counts, 100, 0.5, 100).tolist() == pytest.approx([1, 1, (100 / 99) ** 0.5, 2**0.5, 2, 10])
    assert rare_visits(counts, 100, 1, 3).tolist() == pytest.approx([1, 1, 100 / 99, 2, 3, 3])
    assert rare_visits(counts, 100, 0, 3).tolist() == [1] * 6
    assert rare_visits(counts, 100, 1, 4).dtype == np.float32


def test_rare_words_are_centres_equally_often_where_the_power_is_one() -> None:
    counts = np.array([2000, 100, 60, 10, 3])
    np.testing.assert_allclose(counts * rare_visits(counts, 100, 1, 100), [2000, 100, 100, 100, 100], rtol=1e-6)
