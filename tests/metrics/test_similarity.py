from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from embedsmith.metrics.similarity import (
    cosine,
    spearman,
    spearman_differences,
    spearman_of_resamples,
    unit,
)


def test_rows_have_length_one_and_a_zero_row_stays_zero():
    rows = unit([[3, 4], [0, 0], [-2, 0]])

    np.testing.assert_allclose(rows, np.array([[0.6, 0.8], [0, 0], [-1, 0]]), rtol=1e-6)


def test_neither_large_nor_tiny_vectors_lose_their_direction():
    rows = unit([[3e30, 4e30], [3e-30, 4e-30]])

    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.6, 0.8]], rtol=1e-5)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_not_finite_is_refused_by_its_row(value):
    with pytest.raises(ValueError, match=r"row 1 .*NaN"):
        unit([[1, 0], [value, 1], [np.nan, 0]])


def test_cosine_of_pairs_by_hand():
    rows = unit([[1, 0], [1, 1], [-5, 0], [0, 0]])

    found = cosine(rows, np.array([0, 0, 0, 1]), np.array([1, 2, 3, 1]))

    np.testing.assert_allclose(found, [np.sqrt(0.5), -1, 0, 1], atol=1e-7)


def test_spearman_agrees_with_scipy_ties_included():
    random = np.random.default_rng(0)
    for n in (2, 5, 100):
        model, human = random.normal(size=n), random.integers(0, 4, n)
        human[:2] = 0, 1
        expected = stats.spearmanr(model, human).statistic
        assert spearman(model, human) == pytest.approx(expected, abs=1e-12)
        model = np.round(model)
        if np.unique(model).size > 1:
            assert spearman(model, human) == pytest.approx(stats.spearmanr(model, human).statistic, abs=1e-12)


def test_a_model_that_scores_all_pairs_the_same_has_correlation_zero():
    assert spearman([0.0, 0.0, 0.0], [1, 2, 3]) == 0.0


@pytest.mark.parametrize("human", [[], [5], [5, 5, 5]])
def test_human_scores_without_an_order_are_refused(human):
    with pytest.raises(ValueError, match="at least two items with different human scores"):
        spearman(np.arange(len(human)), human)


def test_correlations_of_resamples_agree_with_scipy_on_the_drawn_items():
    random = np.random.default_rng(1)
    model, human = random.normal(size=30), random.integers(0, 8, 30)
    drawn = random.integers(0, 30, size=(50, 30))
    counts = np.stack([np.bincount(row, minlength=30) for row in drawn]).astype(float)

    found = spearman_of_resamples(model, human, counts)

    expected = [stats.spearmanr(model[row], human[row]).statistic for row in drawn]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_resample_of_one_human_score_has_no_correlation():
    found = spearman_of_resamples([1, 2, 3], [7, 7, 9], np.array([[2.0, 1, 0], [1, 1, 1]]))

    assert np.isnan(found[0])
    assert found[1] == pytest.approx(stats.spearmanr([1, 2, 3], [7, 7, 9]).statistic)


def test_what_items_add_to_a_difference_of_correlations_has_it_as_its_mean():
    random = np.random.default_rng(6)
    human = random.integers(0, 5, size=40)
    model, other = random.normal(size=40) + human, random.normal(size=40)
    first, second = (stats.spearmanr(each, human).statistic for each in (model, other))

    assert spearman_differences(model, other, human).mean() == pytest.approx(first - second, abs=1e-12)
    assert spearman_differences(np.ones(40), other, human).mean() == pytest.approx(-second, abs=1e-12)
    np.testing.assert_allclose(
        spearman_differences(model, other, human), -spearman_differences(other, model, human), atol=1e-12
    )
    with pytest.raises(ValueError, match="different human scores"):
        spearman_differences(model, other, np.ones(40))


def test_their_spread_is_that_of_the_difference_over_samples():
    random = np.random.default_rng(7)

    def sample():
        human = random.normal(size=300)
        return human + random.normal(size=300), human + 1.5 * random.normal(size=300), human

    differences = [
        stats.spearmanr(a, h).statistic - stats.spearmanr(b, h).statistic for a, b, h in (sample() for _ in range(400))
    ]
    told = np.mean([spearman_differences(*sample()).std() for _ in range(20)]) / np.sqrt(300)
    assert told == pytest.approx(np.std(differences), rel=0.15)
