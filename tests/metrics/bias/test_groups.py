"""Measures of two groups and neutral words, on vectors of which the values are worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from embedsmith.metrics.bias.direct import direct_biases
from embedsmith.metrics.bias.direction import pair_direction, pair_directions
from embedsmith.metrics.bias.ect import group_cosines
from embedsmith.metrics.bias.mac import mean_cosine_distances
from embedsmith.metrics.bias.ripa import inner_products
from embedsmith.metrics.bias.rnd import relative_norm_distances
from embedsmith.metrics.bias.rnsb import divergence_of_resamples, negative_probabilities
from embedsmith.metrics.similarity import spearman, unit

EAST, NORTH, WEST, ZERO = [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, 0.0]
HALF = np.sqrt(0.5)


def test_a_word_of_the_second_group_is_farther_from_the_first():
    # From its own place 0, from the other sqrt(2); between the two, as far from both.
    found = relative_norm_distances(unit([NORTH, EAST, [1, 1]]), unit([EAST]), unit([NORTH]))

    np.testing.assert_allclose(found, [np.sqrt(2), -np.sqrt(2), 0], atol=1e-7)


def test_a_group_is_the_mean_of_its_words():
    # The mean of north and east is at (1/2, 1/2): sqrt(1/2) from north; west is sqrt(2) from north.
    found = relative_norm_distances(unit([NORTH]), unit([NORTH, EAST]), unit([WEST]))

    assert found[0] == pytest.approx(HALF - np.sqrt(2))


def test_cosines_with_a_group_are_those_with_its_mean():
    np.testing.assert_allclose(group_cosines(unit([NORTH, [1, 1]]), unit([NORTH, EAST])), [HALF, 1], atol=1e-7)
    assert group_cosines(unit([NORTH]), unit([EAST, WEST])).tolist() == [0]


def test_groups_that_see_words_alike_cohere_and_opposite_ones_do_not():
    words = unit([[1, 0.1], [1, 0.5], [1, 1], [0.5, 1]])
    east = group_cosines(words, unit([EAST]))

    assert spearman(east, group_cosines(words, unit([[1, -0.1]]))) == pytest.approx(1)
    assert spearman(east, group_cosines(words, unit([NORTH]))) == pytest.approx(-1)


def test_the_distance_is_averaged_over_lists_and_not_over_their_words():
    # From east: the first list is 0 away, the second 2 and 1 on average 1.5; their mean is 0.75.
    found = mean_cosine_distances(unit([EAST, ZERO]), [unit([EAST]), unit([WEST, NORTH])])

    np.testing.assert_allclose(found, [0.75, 1], atol=1e-7)


def test_the_direction_of_one_pair_is_its_difference_and_points_to_the_first():
    first, second = np.float32([[3, 0]]), np.float32([[0, 4]])

    np.testing.assert_allclose(pair_direction(first, second), [0.6, -0.8], atol=1e-7)
    np.testing.assert_allclose(pair_direction(second, first), [-0.6, 0.8], atol=1e-7)
    np.testing.assert_allclose(pair_directions(first, second), [[0.6, -0.8]], atol=1e-7)


def test_the_direction_is_the_first_component_of_the_words_about_their_pairs():
    random = np.random.default_rng(0)
    second = random.normal(size=(8, 5)).astype(np.float32)
    first = second + np.float32([2, 1, 0, 0, 0]) + random.normal(size=(8, 5)).astype(np.float32) / 5
    middle = (first + second) / 2
    component = PCA(1).fit(np.concatenate([first - middle, second - middle])).components_[0]

    found = pair_direction(first, second)

    assert abs(found @ component) == pytest.approx(1, abs=1e-6)
    assert found[0] > 0


def test_pairs_that_do_not_differ_have_no_direction():
    same = np.float32([[1, 2], [3, 4]])

    assert pair_direction(same, same).tolist() == [0, 0]
    assert pair_directions(same, same).tolist() == [[0, 0], [0, 0]]


def test_an_inner_product_grows_with_the_word_and_changes_sign_with_the_side():
    found = inner_products(
        np.float32([[2, 0], [4, 0], [-2, 5]]), pair_direction(np.float32([EAST]), np.float32([WEST]))
    )

    assert found.tolist() == [2, 4, -2]


@pytest.mark.parametrize(("strictness", "expected"), [(1, [1, 1, HALF, 0]), (2, [1, 1, 0.5, 0]), (0, [1, 1, 1, 1])])
def test_direct_bias_takes_either_side_to_the_power_of_its_strictness(strictness, expected):
    found = direct_biases(unit([EAST, WEST, [1, 1], NORTH]), np.array(EAST), strictness)

    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_words_near_the_negative_ones_are_negative():
    positive, negative = unit([EAST, [1, 0.2], [1, -0.2]]), unit([WEST, [-1, 0.2], [-1, -0.2]])
    found = negative_probabilities(unit([WEST, NORTH, EAST]), positive, negative)

    assert found[0] > 0.7
    assert found[1] == pytest.approx(0.5, abs=1e-6)
    assert found[2] == pytest.approx(1 - found[0], abs=1e-6)


def test_the_classifier_is_where_another_solver_ends():
    random = np.random.default_rng(0)
    positive, negative, words = (unit(random.normal(size=(20, 5)) + shift) for shift in (0.5, -0.5, 0.0))
    # liblinear regularises the intercept as one weight more: a column of ones, and no intercept.
    known = np.column_stack([np.concatenate([positive, negative]), np.ones(40)])
    other = LogisticRegression(solver="newton-cholesky", tol=1e-10, fit_intercept=False)
    other.fit(known, np.repeat([0, 1], 20))

    found = negative_probabilities(words, positive, negative)

    expected = other.predict_proba(np.column_stack([words, np.ones(20)]))[:, 1]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_divergence_is_scipys_of_each_resample():
    probabilities = np.array([0.2, 0.5, 0.9])
    counts = np.array([[1.0, 1.0, 1.0], [2.0, 0.0, 1.0], [0.0, 3.0, 0.0]])

    found = divergence_of_resamples(probabilities, counts)

    assert found[0] == pytest.approx(stats.entropy(probabilities, [1, 1, 1]))
    assert found[1] == pytest.approx(stats.entropy([0.2, 0.2, 0.9], [1, 1, 1]))
    assert found[2] == pytest.approx(0, abs=1e-12)
