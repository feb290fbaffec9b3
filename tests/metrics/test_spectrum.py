from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from embedsmith.metrics import spectrum
from embedsmith.metrics.spectrum import covariance, isoscore, participation_ratio, principal, variance_share


def cloud(n=200, d=7, seed=0):
    """Vectors with a common direction and uneven variances."""
    random = np.random.default_rng(seed)
    return (random.normal(size=(n, d)) * np.linspace(0.2, 3, d) + 1.5).astype(np.float32)


def variances(vectors, weights=None):
    return principal(covariance(vectors, weights)[1])[0]


def test_a_covariance_agrees_with_numpy_whatever_the_blocks(monkeypatch):
    vectors = cloud()
    expected = np.cov(vectors.astype(float), rowvar=False, ddof=0)

    for block in (spectrum.BLOCK, 33):
        monkeypatch.setattr(spectrum, "BLOCK", block)
        mean, found = covariance(vectors)
        np.testing.assert_allclose(mean, vectors.astype(float).mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_a_weighted_covariance_agrees_with_numpy_and_with_words_written_as_often():
    vectors = cloud()
    counts = np.random.default_rng(1).integers(0, 9, size=len(vectors))
    mean, found = covariance(vectors, counts)

    np.testing.assert_allclose(found, np.cov(vectors.astype(float), rowvar=False, fweights=counts, ddof=0), rtol=1e-6)
    repeated = covariance(np.repeat(vectors, counts, axis=0))
    np.testing.assert_allclose(mean, repeated[0], rtol=1e-6)
    np.testing.assert_allclose(found, repeated[1], rtol=1e-6, atol=1e-9)


def test_only_the_proportion_of_the_weights_counts():
    vectors = cloud()
    counts = np.arange(len(vectors))

    np.testing.assert_allclose(covariance(vectors, counts)[1], covariance(vectors, 7 * counts)[1], rtol=1e-9)


def test_components_agree_with_scikit_learn():
    vectors = cloud()
    fitted = PCA().fit(vectors.astype(float))
    values, components = principal(covariance(vectors)[1])

    # It divides by n - 1.
    np.testing.assert_allclose(values * 200 / 199, fitted.explained_variance_, rtol=1e-6)
    np.testing.assert_allclose(variance_share(values), fitted.explained_variance_ratio_, atol=1e-6)
    np.testing.assert_allclose(np.abs(components @ fitted.components_.T), np.eye(7), atol=1e-4)


def test_a_common_direction_far_longer_than_what_varies_costs_no_digits():
    vectors = cloud()
    np.testing.assert_allclose(variances(vectors.astype(float) + 1e6), variances(vectors), rtol=1e-6)


@pytest.mark.parametrize(("n", "d", "seed"), [(200, 7, 0), (50, 2, 1), (500, 30, 2)])
def test_isoscore_agrees_with_its_authors_package(n, d, seed):
    # Version 1: the second needs torch for the same numbers.
    from IsoScore.IsoScore import IsoScore

    vectors = cloud(n, d, seed)
    counts = np.random.default_rng(seed).integers(1, 9, size=n)

    # The package wants a dimension a row.
    assert isoscore(variances(vectors)) == pytest.approx(IsoScore(vectors.T.astype(float)), abs=1e-6)
    repeated = np.repeat(vectors, counts, axis=0)
    assert isoscore(variances(vectors, counts)) == pytest.approx(IsoScore(repeated.T.astype(float)), abs=1e-6)


def test_isoscore_is_one_for_even_use_and_zero_for_one_direction():
    even = np.concatenate([np.eye(5), -np.eye(5)])
    line = np.outer(np.arange(10), np.arange(1, 6))

    assert isoscore(variances(even)) == pytest.approx(1, abs=1e-9)
    assert isoscore(variances(line)) == pytest.approx(0, abs=1e-9)


def test_isoscore_of_two_dimensions_by_hand():
    # Variances 3 and 4, normalised to length sqrt 2: (3, 4) sqrt(2) / 5. Their distance from (1, 1), squared, is
    # 4 - 2 * 7 sqrt(2) / 5; over 2 (2 - sqrt 2) it is the squared defect; the score follows.
    defect = (4 - 14 * np.sqrt(2) / 5) / (2 * (2 - np.sqrt(2)))
    expected = ((2 - defect * (2 - np.sqrt(2))) ** 2 - 2) / 2

    assert isoscore([3, 4]) == pytest.approx(expected)
    assert expected == pytest.approx(0.96)


def test_centring_cannot_change_isoscore():
    vectors = cloud()

    assert isoscore(variances(vectors - vectors.mean(axis=0))) == pytest.approx(isoscore(variances(vectors)), abs=1e-6)


def test_as_many_components_take_part_as_vary_alike():
    assert participation_ratio([2, 2, 2, 0, 0]) == pytest.approx(3)
    assert participation_ratio([5, 0, 0]) == pytest.approx(1)
    assert participation_ratio([3, 1]) == pytest.approx(16 / 10)


def test_vectors_that_do_not_vary_use_no_direction():
    values = variances(np.ones((4, 3)))

    assert isoscore(values) == 0.0
    assert participation_ratio(values) == 0.0
    assert variance_share(values).tolist() == [0.0, 0.0, 0.0]


def test_a_single_dimension_is_used_evenly():
    assert isoscore(variances([[1.0], [2.0], [4.0]])) == 1.0


def test_one_vector_has_no_variance():
    with pytest.raises(ValueError, match="at least two vectors, not 1"):
        covariance([[1, 0]])


@pytest.mark.parametrize(
    ("weights", "message"),
    [([0, 0], "all weights are 0"), ([1, -1], "at least 0"), ([1, np.nan], "finite"), ([1, np.inf], "finite")],
)
def test_weights_that_weigh_nothing_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        covariance(np.eye(2), weights)
