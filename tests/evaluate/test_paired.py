from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from embedsmith.evaluate.paired import Paired


def standard_ranks(values):
    return stats.zscore(stats.rankdata(values, axis=-1), axis=-1)


def test_of_pairs_it_is_scipys_test_that_swaps_the_models_in_an_item():
    random = np.random.default_rng(1)
    human = random.normal(size=60)
    outcomes = human[:, None] + random.normal(size=(60, 3)) * [1.0, 1.2, 3.0]
    wanted = standard_ranks(human)

    def difference(one, other, axis):
        return ((one - other) * wanted - mean * (one**2 - other**2) / 2).mean(axis=axis)

    paired = Paired.of(outcomes, human, 20000, [1])
    for place in (1, 2):
        ranks = [standard_ranks(outcomes[:, each]) for each in (place, 0)]
        mean = np.mean([(each * wanted).mean() for each in ranks])
        expected = stats.permutation_test(
            ranks, difference, permutation_type="samples", n_resamples=20000, rng=3, vectorized=True
        )
        assert paired.observed[place] == pytest.approx(
            stats.spearmanr(outcomes[:, place], human).statistic - stats.spearmanr(outcomes[:, 0], human).statistic
        )
        assert paired.p(place)["p"] == pytest.approx(expected.pvalue, abs=0.02)
    assert paired.p(0) == {}


def test_of_questions_it_is_the_exact_binomial_test_of_those_answered_otherwise():
    random = np.random.default_rng(2)
    outcomes = random.random((400, 2)) < [0.5, 0.56]
    wins, losses = (outcomes[:, 1] & ~outcomes[:, 0]).sum(), (~outcomes[:, 1] & outcomes[:, 0]).sum()

    paired = Paired.of(outcomes.astype(np.float64), None, 20000, [1])

    assert paired.p(1)["p"] == pytest.approx(stats.binomtest(wins, wins + losses).pvalue, abs=0.02)


def test_two_spaces_of_equal_worth_are_told_apart_no_more_often_than_they_should():
    random = np.random.default_rng(3)
    told = 0
    for trial in range(400):
        human = random.normal(size=40)
        outcomes = human[:, None] + random.normal(size=(40, 2))
        told += Paired.of(outcomes, human, 200, [trial]).p(1)["p"] <= 0.05
    assert told / 400 == pytest.approx(0.05, abs=0.025)


def test_only_items_that_both_know_are_compared():
    random = np.random.default_rng(4)
    human = random.normal(size=50)
    outcomes = human[:, None] + random.normal(size=(50, 2))
    outcomes[:20, 1] = np.nan
    found, alone = (Paired.of(outcomes[part], human[part], 5000, [1]) for part in (slice(None), slice(20, None)))
    assert found.observed[1] == pytest.approx(alone.observed[1])
    assert found.p(1)["p"] == pytest.approx(alone.p(1)["p"], abs=0.03)


def test_without_items_in_common_or_with_human_scores_all_the_same_there_is_no_test():
    outcomes = np.array([[0.1, np.nan], [0.2, np.nan], [np.nan, 0.3]])
    assert Paired.of(outcomes, None, 10, [1]).p(1) == {}
    assert Paired.of(np.random.default_rng(5).normal(size=(4, 2)), np.ones(4), 10, [1]).p(1) == {}


def test_the_mean_of_sets_adds_what_each_says():
    random = np.random.default_rng(6)
    better = np.column_stack([np.zeros(30), random.random(30) < 0.2]).astype(np.float64)
    sets = [Paired.of(better, None, 5000, [seed]) for seed in (1, 2)]
    both = Paired.mean(sets)
    assert both.observed[1] == pytest.approx(better[:, 1].mean())
    assert both.p(1)["p"] < min(each.p(1)["p"] for each in sets)
