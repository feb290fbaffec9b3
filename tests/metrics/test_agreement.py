from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression

from embedsmith.metrics import agreement
from embedsmith.metrics.agreement import cosine_correlation, reconstruction_error
from embedsmith.metrics.similarity import unit


@pytest.fixture
def vectors():
    random = np.random.default_rng(0)
    return (random.normal(size=(200, 12)) @ random.normal(size=(12, 12)) + 2).astype(np.float32)


@pytest.mark.parametrize("block", [1, 64, 8192])
def test_the_error_is_what_a_linear_regression_leaves_however_the_work_is_cut(monkeypatch, vectors, block):
    monkeypatch.setattr(agreement, "BLOCK", block)
    variant = vectors[:, :5] + np.random.default_rng(1).normal(size=(200, 5)).astype(np.float32)
    predicted = LinearRegression().fit(variant, vectors).predict(variant)
    whole = vectors - vectors.mean(axis=0)

    found = reconstruction_error(vectors, variant)

    assert found == pytest.approx(np.linalg.norm(vectors - predicted) / np.linalg.norm(whole), rel=1e-5)
    assert 0 < found < 1


def test_principal_components_lose_the_variance_of_those_left_out(vectors):
    components = PCA(4).fit(vectors)
    found = reconstruction_error(vectors, components.transform(vectors))
    assert found**2 == pytest.approx(1 - components.explained_variance_ratio_.sum(), rel=1e-4)


def test_a_rotation_a_shift_and_a_scale_lose_nothing(vectors):
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(12, 12)))[0]
    assert reconstruction_error(vectors, (3 * vectors @ turn + 7).astype(np.float32)) < 1e-5


def test_rows_of_a_low_rank_are_no_trouble_and_constant_ones_say_the_mean_alone(vectors):
    left, values, right = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    low = ((left[:, :3] * values[:3]) @ right[:3]).astype(np.float32)
    assert reconstruction_error(vectors, low) == pytest.approx(np.sqrt((values[3:] ** 2).sum() / (values**2).sum()))
    assert reconstruction_error(vectors, np.ones((200, 3), dtype=np.float32)) == 1


def test_vectors_that_are_all_the_same_have_no_error():
    same = np.ones((5, 3), dtype=np.float32)
    with pytest.raises(ValueError, match="all the same"):
        reconstruction_error(same, same)


def test_the_correlation_is_pearsons_of_the_cosines(monkeypatch, vectors):
    monkeypatch.setattr(agreement, "BLOCK", 7)
    variant = vectors[:, :4]
    left, right = np.arange(0, 100), np.arange(100, 200)
    of_vectors, of_variant = (1 - cdist(rows, rows, "cosine")[left, right] for rows in (vectors, variant))
    found = cosine_correlation(unit(vectors), unit(variant), left, right)
    assert found == pytest.approx(np.corrcoef(of_vectors, of_variant)[0, 1], rel=1e-4)


def test_cosines_that_are_all_the_same_correlate_with_nothing(vectors):
    left, right = np.arange(0, 100), np.arange(100, 200)
    assert cosine_correlation(unit(vectors), unit(np.ones((200, 1))), left, right) == 0
