from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from embedsmith.metrics.bias.remains import (
    clustered,
    correlation_of_resamples,
    first_group_share,
    most_biased,
    probed,
)
from embedsmith.metrics.similarity import unit

LABELS = np.repeat([True, False], 60)


def blobs(apart):
    """Two clouds of 60 words, `apart` from each other along one axis."""
    vectors = np.random.default_rng(0).normal(size=(120, 8))
    vectors[:, 0] += np.where(LABELS, apart, -apart) / 2
    return vectors.astype(np.float32)


def rings():
    """One group inside the other: no plane parts them, and their means are the same."""
    random = np.random.default_rng(0)
    vectors = random.normal(size=(120, 2))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors * np.where(LABELS, 1, 4)[:, None]).astype(np.float32)


def test_the_most_biased_are_the_ends_the_farthest_first():
    first, second = most_biased(np.array([0.1, 0.9, -0.5, 0.4, -0.8]), 2)

    assert (first.tolist(), second.tolist()) == ([1, 3], [4, 2])


def test_no_word_is_on_both_sides():
    first, second = most_biased(np.array([0.1, 0.9, -0.5]), 5)

    assert (first.tolist(), second.tolist()) == ([1], [2])


def test_clouds_that_lie_apart_are_clusters_whatever_their_order():
    assert clustered(blobs(12), LABELS, seed=1).mean() == 1
    assert clustered(blobs(12)[::-1], LABELS, seed=1).mean() == 1
    assert 0.5 <= clustered(blobs(0), LABELS, seed=1).mean() < 0.7


def test_words_at_one_point_are_one_cluster():
    assert clustered(np.zeros((4, 3), dtype=np.float32), np.array([True, True, False, False]), seed=1).mean() == 0.5


@pytest.mark.parametrize("kind", ["linear", "nonlinear"])
def test_a_probe_tells_clouds_apart_and_finds_nothing_in_one(kind):
    assert probed(blobs(8), LABELS, kind, folds=5, seed=1).mean() > 0.95
    assert 0.3 < probed(blobs(0), LABELS, kind, folds=5, seed=1).mean() < 0.7


def test_the_non_linear_probe_sees_what_the_linear_one_cannot():
    assert probed(rings(), LABELS, "nonlinear", folds=5, seed=1).mean() == 1
    assert probed(rings(), LABELS, "linear", folds=5, seed=1).mean() < 0.7


@pytest.mark.parametrize("kind", ["linear", "nonlinear"])
def test_a_probe_does_not_depend_on_place_and_scale(kind):
    turned = blobs(2) * 100 + 7

    same = probed(blobs(2), LABELS, kind, folds=5, seed=1)

    assert probed(turned.astype(np.float32), LABELS, kind, folds=5, seed=1).tolist() == same.tolist()


def test_a_probe_of_zeros_is_at_chance():
    assert probed(np.zeros((120, 3), dtype=np.float32), LABELS, "linear", folds=5, seed=1).mean() == 0.5


def test_the_share_is_of_the_nearest_and_without_the_word_itself():
    rows = unit([[1, 0], [1, 0.1], [1, 0.2], [0, 1], [0.1, 1], [0, 0]])
    first = np.array([True, False, True, True, True, True])

    found = first_group_share(rows, np.array([0, 3, 5]), first, k=2)

    # Of row 0 these are 1 and 2; of row 3, 4 and 2; of a zero vector there are none.
    assert found.tolist() == [0.5, 1, 0]


def test_the_correlation_is_scipys_of_each_resample():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, 12))
    counts = random.multinomial(12, np.full(12, 1 / 12), size=3).astype(float)

    found = correlation_of_resamples(x, y, counts)

    for line, value in zip(counts.astype(int), found, strict=True):
        assert value == pytest.approx(stats.pearsonr(np.repeat(x, line), np.repeat(y, line))[0])


def test_what_does_not_vary_is_not_correlated():
    assert correlation_of_resamples(np.ones(4), np.arange(4.0), np.ones((1, 4))).tolist() == [0]
