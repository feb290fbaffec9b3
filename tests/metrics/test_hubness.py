from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import skew
from sklearn.neighbors import NearestNeighbors

from embedsmith.metrics.hubness import hubness, hubness_of_resamples, unreached
from embedsmith.metrics.neighbours import k_nearest
from embedsmith.metrics.similarity import unit
from embedsmith.metrics.statistics import bootstrap, interval


def space(n=400, d=30, seed=0):
    return unit(np.random.default_rng(seed).normal(size=(n, d)) + 0.3)


def neighbours_of_all(rows, k):
    return k_nearest(rows, np.arange(len(rows)), k)


def occurrences(neighbours, words):
    return np.bincount(neighbours.ravel(), minlength=words)


def test_of_all_words_hubness_is_the_skewness_of_the_occurrences():
    rows = space()
    near = neighbours_of_all(rows, 10)
    found = NearestNeighbors(n_neighbors=11, metric="cosine").fit(rows).kneighbors(return_distance=False)[:, :10]

    np.testing.assert_array_equal(np.sort(near), np.sort(found))
    assert hubness(near, 400) == pytest.approx(skew(occurrences(found, 400)), rel=1e-9)
    assert skew(occurrences(found, 400)) > 0.5


def test_the_estimate_of_a_sample_is_right_on_average():
    near = neighbours_of_all(space(), 5)
    expected = skew(occurrences(near, 400))
    random = np.random.default_rng(0)
    moments = []
    for _ in range(3000):
        drawn = near[random.choice(400, size=40, replace=False)]
        n = occurrences(drawn, 400)
        assert hubness(drawn, 400) == pytest.approx(by_moments(n, 40, 400, 5))
        moments.append([pairs_of_all(n, 40, 400), triples_of_all(n, 40, 400)])
    n = occurrences(near, 400)
    pairs, triples = np.mean(moments, axis=0)
    assert pairs == pytest.approx((n * (n - 1)).mean(), rel=0.02)
    assert triples == pytest.approx((n * (n - 1) * (n - 2)).mean(), rel=0.05)
    large = [hubness(near[random.choice(400, size=250, replace=False)], 400) for _ in range(300)]
    assert np.mean(large) == pytest.approx(expected, rel=0.03)


def pairs_of_all(n, asked, words):
    return (n * (n - 1)).mean() * words * (words - 1) / (asked * (asked - 1))


def triples_of_all(n, asked, words):
    whole = words * (words - 1) * (words - 2) / (asked * (asked - 1) * (asked - 2))
    return (n * (n - 1) * (n - 2)).mean() * whole


def by_moments(n, asked, words, k):
    """Skewness of the moments about 0, as estimated."""
    second = pairs_of_all(n, asked, words) + k
    third = triples_of_all(n, asked, words) + 3 * pairs_of_all(n, asked, words) + k
    if second <= k**2:
        return 0.0
    return (third - 3 * k * second + 2 * k**3) / (second - k**2) ** 1.5


def test_a_planted_hub_is_seen():
    # Thirty words at right angles to each other, and one in their midst: the nearest of each.
    near = neighbours_of_all(unit(np.concatenate([np.eye(30), [np.ones(30)]])), 1)
    expected = [1, *[0] * 29, 30]

    assert occurrences(near, 31).tolist() == expected
    assert hubness(near, 31) == pytest.approx(skew(expected))
    assert unreached(near, 31).sum() == 29


def test_a_circle_has_no_hubs():
    turn = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    near = neighbours_of_all(unit(np.stack([np.cos(turn), np.sin(turn)], axis=1)), 2)

    assert hubness(near, 30) == 0.0
    assert not unreached(near, 30).any()


def test_pairs_are_of_different_queries_in_a_resample_too():
    near = np.array([[1, 2], [0, 2], [0, 1], [0, 1], [2, 0]])
    counts = np.array([[2.0, 1, 0, 1, 1]])
    words, drawn = 5, [0, 0, 1, 3, 4]
    pairs = triples = all_pairs = all_triples = 0
    for i, j in combinations(range(5), 2):
        if drawn[i] != drawn[j]:
            all_pairs += 1
            pairs += len(set(near[drawn[i]]) & set(near[drawn[j]]))
    for i, j, h in combinations(range(5), 3):
        if len({drawn[i], drawn[j], drawn[h]}) == 3:
            all_triples += 1
            triples += len(set(near[drawn[i]]) & set(near[drawn[j]]) & set(near[drawn[h]]))
    second = pairs / all_pairs * (words - 1) + 2
    third = triples / all_triples * (words - 1) * (words - 2) + 3 * pairs / all_pairs * (words - 1) + 2
    expected = (third - 6 * second + 16) / (second - 4) ** 1.5 if second > 4 else 0.0

    assert hubness_of_resamples(near, words, counts)[0] == pytest.approx(expected)


def test_the_interval_of_a_sample_holds_the_value_of_all_words():
    rows = space(600, 60)
    near = neighbours_of_all(rows, 10)
    expected = skew(occurrences(near, 600))
    held = 0
    for seed in range(40):
        drawn = near[np.random.default_rng(seed).choice(600, size=200, replace=False)]
        samples = bootstrap(lambda counts, drawn=drawn: hubness_of_resamples(drawn, 600, counts), 200, 200, seed)
        low, high = interval(samples, 0.95)
        held += low <= expected <= high

    assert held >= 36


def test_too_few_queries_make_no_skewness():
    with pytest.raises(ValueError, match="at least three words, not 2"):
        hubness(np.array([[1], [0]]), 5)
    near = np.array([[1], [2], [0]])
    assert np.isnan(hubness_of_resamples(near, 3, np.array([[3.0, 0, 0], [2, 1, 0]]))).all()


def test_words_that_are_all_neighbours_alike_have_no_hubs():
    near = np.array([[1, 2], [0, 2], [0, 1]])
    assert hubness(near, 3) == 0.0
    assert not unreached(near, 3).any()
