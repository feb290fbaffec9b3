from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import LinearRegression

from embedsmith.metrics.correlation import explained_share, rank_correlations


def test_rank_correlations_agree_with_scipy_on_ties():
    random = np.random.default_rng(0)
    counts = random.integers(0, 20, size=300)
    columns = np.stack([counts + random.normal(size=300), random.integers(0, 5, size=300), -counts], axis=1)
    expected = [spearmanr(column, counts).statistic for column in columns.T]

    np.testing.assert_allclose(rank_correlations(columns, counts), expected, atol=1e-12)
    assert expected[2] == pytest.approx(-1)


def test_a_constant_column_goes_with_nothing():
    assert rank_correlations([[1, 5], [2, 5], [3, 5]], [10, 20, 30]).tolist() == [1, 0]


def test_the_explained_share_agrees_with_scikit_learn():
    random = np.random.default_rng(0)
    columns = random.normal(size=(200, 4)) * [1, 10, 100, 0.1] + 7
    values = columns @ [3, 0.1, 0.002, 5] + random.normal(size=200)
    expected = LinearRegression().fit(columns, values).score(columns, values)

    assert explained_share(columns, values) == pytest.approx(expected, abs=1e-9)
    assert 0.3 < expected < 0.99


def test_columns_that_repeat_each_other_or_do_not_vary_explain_no_more():
    random = np.random.default_rng(0)
    column, values = random.normal(size=(100, 1)), random.normal(size=100)
    expected = explained_share(column, values)

    assert explained_share(np.hstack([column, 2 * column, np.ones((100, 1))]), values) == pytest.approx(expected)
    assert explained_share(np.ones((100, 2)), values) == pytest.approx(0)


def test_values_without_an_order_are_refused():
    with pytest.raises(ValueError, match="at least two items with different values"):
        rank_correlations([[1], [2]], [3, 3])
    with pytest.raises(ValueError, match="nothing to explain"):
        explained_share([[1], [2]], [3, 3])
