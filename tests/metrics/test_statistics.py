from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy import stats

from embedsmith.metrics import statistics
from embedsmith.metrics.statistics import bootstrap, interval


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
