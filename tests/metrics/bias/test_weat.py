from __future__ import annotations

import itertools

import numpy as np
import pytest

from embedsmith.metrics.bias.weat import associations, effect_size, effect_size_of_resamples, p_value
from embedsmith.metrics.similarity import unit

EAST, NORTH = [1.0, 0.0], [0.0, 1.0]


def by_enumeration(x, y):
    """Share of all divisions whose difference of means is at least the observed one."""
    both = np.concatenate([x, y])
    differences = []
    for chosen in itertools.combinations(range(len(both)), len(x)):
        inside = np.isin(np.arange(len(both)), chosen)
        differences.append(both[inside].mean() - both[~inside].mean())
    return np.mean(np.array(differences) >= x.mean() - y.mean() - 1e-12)


def test_association_by_hand():
    # cos 45 degrees with both attributes, then 1 with the first and 0 with the second.
    found = associations(unit(np.array([[1, 1], EAST, NORTH, [0, 0]])), unit([EAST, EAST]), unit([NORTH]))

    np.testing.assert_allclose(found, [0, 1, -1, 0], atol=1e-7)


def test_effect_size_of_a_planted_bias_by_hand():
    # Associations 1, 1 against -1, -1: means differ by 2, population deviation 1.
    first, second = unit([EAST]), unit([NORTH])
    x = associations(unit([EAST, EAST]), first, second)
    y = associations(unit([NORTH, NORTH]), first, second)

    assert effect_size(x, y) == pytest.approx(2.0)
    # Of the 6 divisions of four words into two pairs, the observed one alone reaches this.
    assert p_value(x, y, permutations=100, seed=1) == pytest.approx(1 / 6)


def test_the_deviation_is_the_populations():
    x, y = np.array([0.5, 0.1]), np.array([0.2, -0.2])

    # Mean 0.15; squared deviations 0.1225, 0.0025, 0.0025, 0.1225.
    assert effect_size(x, y) == pytest.approx(0.3 / np.sqrt(0.25 / 4))


def test_the_effect_changes_sign_with_the_sides():
    random = np.random.default_rng(0)
    x, y = random.normal(size=6), random.normal(size=9)

    assert effect_size(x, y) == pytest.approx(-effect_size(y, x))


@pytest.mark.parametrize(("n_x", "n_y"), [(4, 4), (5, 3), (2, 6)])
def test_an_exact_p_agrees_with_enumeration_for_sets_of_any_sizes(n_x, n_y):
    for seed in range(5):
        random = np.random.default_rng(seed)
        x, y = random.normal(0.4, size=n_x), random.normal(size=n_y)
        assert p_value(x, y, permutations=1000, seed=0) == pytest.approx(by_enumeration(x, y), abs=1e-12)


def test_ties_count_as_extreme():
    x, y = np.array([0.3, 0.1]), np.array([0.3, 0.1])

    assert p_value(x, y, permutations=100, seed=0) == pytest.approx(by_enumeration(x, y))
    assert p_value(x, y, permutations=100, seed=0) == pytest.approx(5 / 6)


def test_a_sampled_p_is_close_to_the_exact_one_and_repeatable():
    random = np.random.default_rng(3)
    x, y = random.normal(0.5, size=8), random.normal(size=8)
    exact = p_value(x, y, permutations=12_870, seed=0)

    sampled = p_value(x, y, permutations=12_869, seed=0)

    assert 0.01 < exact < 0.5
    assert sampled != exact
    assert sampled == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 12_869))
    assert sampled == p_value(x, y, permutations=12_869, seed=0)


def test_a_p_is_never_zero():
    x, y = np.full(20, 1.0), np.full(20, -1.0)

    assert p_value(x, y, permutations=500, seed=0) == pytest.approx(1 / 501)


def test_equal_associations_have_neither_effect_nor_significance():
    same = np.full(6, 0.1) + np.array([0, 1, 0, 1, 0, 1]) * 1e-17

    assert effect_size(same, same) == 0.0
    assert p_value(same, same, permutations=1000, seed=0) == 1.0
    assert effect_size(np.zeros(3), np.zeros(3)) == 0.0


def test_resampled_effects_spread_about_the_effect_and_repeat_with_the_seed():
    random = np.random.default_rng(4)
    x, y = random.normal(1.0, size=60), random.normal(size=60)

    samples = effect_size_of_resamples(x, y, resamples=2000, seed=5)

    assert np.mean(samples) == pytest.approx(effect_size(x, y), abs=0.02)
    # Each target set is resampled within itself: the spread is that of a difference of two means.
    pooled = np.sqrt(x.var() / 60 + y.var() / 60) / np.concatenate([x, y]).std()
    assert 0.6 * pooled < samples.std() < 1.1 * pooled
    assert samples.tolist() == effect_size_of_resamples(x, y, resamples=2000, seed=5).tolist()
