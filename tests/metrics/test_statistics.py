from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy import stats

from embedsmith.metrics import statistics
from embedsmith.metrics.statistics import (
    bootstrap,
    holm,
    interval,
    mcnemar,
    mean_of_resamples,
    median_of_resamples,
    paired_p_value,
    permutation_p_values,
    signed_means,
)


def test_each_resample_draws_as_many_items_as_there_are():
    counts = bootstrap(lambda counts: counts, items=20, resamples=50, seed=1)

    assert counts.shape == (50, 20)
    assert (counts.sum(axis=1) == 20).all()
    # Drawn with replacement: a share of (1 - 1/n)^n of the items is left out.
    assert (counts == 0).mean() == pytest.approx((1 - 1 / 20) ** 20, abs=0.03)


def test_the_same_seed_gives_the_same_values_and_another_does_not():
    first, again, other = (bootstrap(lambda counts: counts[:, 0], 30, 40, seed) for seed in (1, 1, 2))

    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_a_statistic_of_many_resamples_is_taken_in_blocks_and_joined(monkeypatch):
    monkeypatch.setattr(statistics, "BLOCK", 100)
    heights = []

    def statistic(counts):
        heights.append(len(counts))
        return counts.sum(axis=1)

    assert bootstrap(statistic, items=30, resamples=10, seed=1).tolist() == [30.0] * 10
    assert heights == [3, 3, 3, 1]


def test_the_spread_of_a_resampled_accuracy_is_the_binomial_one():
    right = np.zeros(400)
    right[:100] = 1

    samples = bootstrap(lambda counts: counts @ right / 400, items=400, resamples=4000, seed=3)

    assert samples.mean() == pytest.approx(0.25, abs=0.002)
    assert samples.std() == pytest.approx(np.sqrt(0.25 * 0.75 / 400), rel=0.05)


def mean_of(values, counts):
    return counts @ values / values.size


def test_intervals_cover_the_true_value_about_as_often_as_they_claim():
    random = np.random.default_rng(4)
    covered = 0
    for trial in range(300):
        values = random.normal(loc=1.0, size=80)
        samples = bootstrap(partial(mean_of, values), 80, 400, trial)
        low, high = interval(samples, 0.9)
        covered += low <= 1.0 <= high

    # 270 expected, give or take 5.2; the percentile interval is known to be a little narrow.
    assert 250 <= covered <= 288


def test_an_interval_agrees_with_scipys_percentile_bootstrap():
    values = np.random.default_rng(5).exponential(size=60)
    samples = bootstrap(lambda counts: counts @ values / 60, 60, 20_000, 6)

    expected = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", random_state=7
    ).confidence_interval

    np.testing.assert_allclose(interval(samples, 0.95), expected, atol=0.01)


def test_a_resample_without_a_value_is_left_out_of_the_interval():
    assert interval([np.nan, *range(101)], 0.9) == pytest.approx((5, 95))
    assert all(np.isnan(interval([np.nan, np.nan], 0.9)))


def test_medians_of_resamples_agree_with_those_of_the_drawn_items():
    random = np.random.default_rng(8)
    for n in (1, 2, 7, 40):
        values = np.round(random.exponential(size=n), 1)
        drawn = random.integers(0, n, size=(30, n))
        counts = np.stack([np.bincount(row, minlength=n) for row in drawn]).astype(float)

        np.testing.assert_allclose(median_of_resamples(values, counts), np.median(values[drawn], axis=1))


@pytest.mark.parametrize("n", [3, 9, 12])
def test_the_exact_paired_p_value_is_scipys(n):
    differences = np.random.default_rng(n).normal(loc=0.4, size=n)

    expected = stats.permutation_test(
        (differences, np.zeros(n)),
        lambda x, y, axis: (x - y).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )

    assert paired_p_value(differences, 2**n, 1) == pytest.approx(expected.pvalue)


def test_the_random_paired_p_value_is_near_the_exact_one():
    differences = np.random.default_rng(2).normal(loc=0.4, size=14)

    exact = paired_p_value(differences, 2**14, 1)

    assert 0.02 < exact < 0.5
    assert paired_p_value(differences, 2**14 - 1, 1) == pytest.approx(exact, abs=0.015)


def test_paired_p_values_of_equal_models_are_even():
    random = np.random.default_rng(9)
    found = np.array([paired_p_value(random.standard_t(3, size=30), 200, trial) for trial in range(300)])

    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_models_that_do_not_differ_have_a_p_value_of_1_and_none_has_0():
    assert paired_p_value(np.zeros(100), 50, 1) == 1
    assert paired_p_value(np.ones(100), 99, 1) == 0.01


def test_holms_correction_by_hand():
    # Sorted: .01 x 4, .015 x 3, .03 x 2 and .035 x 1, none below one before it.
    assert holm([0.03, 0.01, 0.035, 0.015]) == pytest.approx([0.06, 0.04, 0.06, 0.045])
    assert holm([0.4, 0.9]).tolist() == [0.8, 0.9]
    assert holm([0.6, 0.9]).tolist() == [1, 1]
    assert holm([]).size == 0


def test_means_of_resamples_are_over_the_known_items():
    outcomes = np.array([[1.0, 1.0], [0.0, np.nan], [1.0, 1.0], [np.nan, np.nan]])

    found = mean_of_resamples(outcomes, np.array([[1.0, 1, 1, 1], [0, 2, 1, 1], [0, 2, 0, 2]]))

    np.testing.assert_allclose(found, [[2 / 3, 1], [1 / 3, 1], [0, np.nan]])


@pytest.mark.parametrize("n", [10, 12, 400, 5000])
def test_mcnemars_p_value_is_scipys_binomial_one(n):
    random = np.random.default_rng(n)
    first, second = random.random(n) < 0.7, random.random(n) < 0.72

    expected = stats.binomtest(int((first & ~second).sum()), int((first != second).sum())).pvalue

    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-9)
    assert mcnemar(second, first) == mcnemar(first, second)
    if n <= 12:
        assert mcnemar(first, second) == pytest.approx(paired_p_value(first * 1.0 - second, 2**n, 1))


def test_classifiers_that_are_right_together_do_not_differ():
    assert mcnemar([1, 0, 1], [1, 0, 1]) == 1
    assert mcnemar([1, 0], [0, 1]) == 1
    assert mcnemar([], []) == 1
    assert mcnemar([True] * 5, [False] * 5) == 2 / 2**5


def mean_difference(one, other, axis):
    return one.mean(axis=axis) - other.mean(axis=axis)


def test_p_values_of_signed_means_are_those_of_scipy():
    random = np.random.default_rng(8)
    one, other = random.normal(loc=[[0.0], [0.3], [0.6]], size=(3, 40)), random.normal(size=40)
    differences = (one - other).T
    permuted = signed_means(differences, 20000, 1)
    found = permutation_p_values(differences.mean(axis=0), permuted)
    for p, each in zip(found, one, strict=True):
        expected = stats.permutation_test(
            (each, other), mean_difference, permutation_type="samples", n_resamples=20000, rng=2, vectorized=True
        )
        assert p == pytest.approx(expected.pvalue, abs=0.02)


def test_signed_means_leave_out_what_says_nothing_and_use_the_same_signs_for_all():
    differences = np.array([[1.0, 1.0], [np.nan, 0.0], [0.0, 0.0]])
    permuted = signed_means(differences, 50, 1)
    assert set(np.abs(permuted[:, 0])) == {1 / 2}
    assert np.abs(permuted[:, 1]) == pytest.approx(1 / 3)
    assert (np.sign(permuted[:, 0]) == np.sign(permuted[:, 1])).all()


def test_models_that_differ_in_nothing_have_a_p_of_1():
    assert permutation_p_values(np.zeros(2), signed_means(np.zeros((5, 2)), 100, 1)).tolist() == [1.0, 1.0]


def test_signed_means_are_taken_in_blocks(monkeypatch):
    differences = np.random.default_rng(9).normal(size=(16, 2))
    monkeypatch.setattr(statistics, "BLOCK", 64)
    permuted = signed_means(differences, 10, 1)
    assert permuted.shape == (10, 2)
    assert len({tuple(each) for each in permuted.tolist()}) == 10
