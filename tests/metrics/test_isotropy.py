from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from embedsmith.metrics import isotropy
from embedsmith.metrics.isotropy import eigenvalues, isoscore, mean_cosine, variance_share
from embedsmith.metrics.similarity import unit


def cloud(n=200, d=7, seed=0):
    """Vectors with a common direction and uneven variances."""
    random = np.random.default_rng(seed)
    return (random.normal(size=(n, d)) * np.linspace(0.2, 3, d) + 1.5).astype(np.float32)


def test_mean_cosine_agrees_with_brute_force_over_all_pairs():
    vectors = cloud()
    vectors[[3, 50]] = 0
    cosines = []
    for i in range(len(vectors)):
        for j in range(i):
            norms = np.linalg.norm(vectors[i]) * np.linalg.norm(vectors[j])
            cosines.append(float(vectors[i] @ vectors[j] / norms) if norms else 0.0)

    assert mean_cosine(unit(vectors)) == pytest.approx(np.mean(cosines), abs=1e-6)


def test_mean_cosine_by_hand():
    assert mean_cosine(unit([[1, 0], [2, 0], [0, 1]])) == pytest.approx(1 / 3)
    assert mean_cosine(unit([[1, 0], [-1, 0], [0, 1], [0, -1]])) == pytest.approx(-1 / 3)


def test_one_vector_has_no_pairs_and_no_variance():
    with pytest.raises(ValueError, match="at least two vectors, not 1"):
        mean_cosine(unit([[1, 0]]))
    with pytest.raises(ValueError, match="at least two vectors, not 1"):
        eigenvalues([[1, 0]])


def test_eigenvalues_agree_with_scikit_learn_whatever_the_blocks(monkeypatch):
    vectors = cloud()
    expected = PCA().fit(vectors.astype(float)).explained_variance_

    np.testing.assert_allclose(eigenvalues(vectors), expected, rtol=1e-6)
    monkeypatch.setattr(isotropy, "BLOCK", 33)
    np.testing.assert_allclose(eigenvalues(vectors), expected, rtol=1e-6)


def test_the_spectrum_agrees_with_scikit_learn():
    vectors = cloud()
    expected = PCA().fit(vectors.astype(float)).explained_variance_ratio_

    np.testing.assert_allclose(variance_share(eigenvalues(vectors)), expected, atol=1e-6)


@pytest.mark.parametrize(("n", "d", "seed"), [(200, 7, 0), (50, 2, 1), (500, 30, 2)])
def test_isoscore_agrees_with_its_authors_package(n, d, seed):
    # Version 1: the second needs torch for the same numbers.
    from IsoScore.IsoScore import IsoScore

    vectors = cloud(n, d, seed)

    # The package wants a dimension a row.
    assert isoscore(eigenvalues(vectors)) == pytest.approx(IsoScore(vectors.T.astype(float)), abs=1e-6)


def test_isoscore_is_one_for_even_use_and_zero_for_one_direction():
    even = np.concatenate([np.eye(5), -np.eye(5)])
    line = np.outer(np.arange(10), np.arange(1, 6))

    assert isoscore(eigenvalues(even)) == pytest.approx(1, abs=1e-9)
    assert isoscore(eigenvalues(line)) == pytest.approx(0, abs=1e-9)


def test_isoscore_of_two_dimensions_by_hand():
    # Variances 3 and 4, normalised to length sqrt 2: (3, 4) sqrt(2) / 5. Their distance from (1, 1), squared, is
    # 4 - 2 * 7 sqrt(2) / 5; over 2 (2 - sqrt 2) it is the squared defect; the score follows.
    defect = (4 - 14 * np.sqrt(2) / 5) / (2 * (2 - np.sqrt(2)))
    expected = ((2 - defect * (2 - np.sqrt(2))) ** 2 - 2) / 2

    assert isoscore([3, 4]) == pytest.approx(expected)
    assert expected == pytest.approx(0.96)


def test_centring_cannot_change_isoscore():
    vectors = cloud()

    assert isoscore(eigenvalues(vectors - vectors.mean(axis=0))) == pytest.approx(
        isoscore(eigenvalues(vectors)), abs=1e-6
    )


def test_vectors_that_do_not_vary_use_no_direction():
    variances = eigenvalues(np.ones((4, 3)))

    assert isoscore(variances) == 0.0
    assert variance_share(variances).tolist() == [0.0, 0.0, 0.0]


def test_a_single_dimension_is_used_evenly():
    assert isoscore(eigenvalues([[1.0], [2.0], [4.0]])) == 1.0
