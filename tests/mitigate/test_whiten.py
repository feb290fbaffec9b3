import numpy as np
import pytest
from scipy.linalg import inv, sqrtm
from sklearn.decomposition import PCA

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.mitigate.remove_top import RemoveTop
from embedsmith.mitigate.whiten import Whiten


def whitened(embedding, method="pca", shrinkage=0.0, dimensions=None):
    link = Whiten(method=method, shrinkage=shrinkage, dimensions=dimensions)
    return link.fit(embedding).transform(embedding).matrix()


@pytest.mark.parametrize("method", ["pca", "zca"])
def test_the_covariance_is_the_identity_and_the_mean_zero(embedding, method):
    white = whitened(embedding, method).astype(np.float64)
    np.testing.assert_allclose(np.cov(white.T), np.eye(24), atol=1e-5)
    np.testing.assert_allclose(white.mean(axis=0), 0, atol=1e-6)


@pytest.mark.parametrize("dimensions", [None, 5])
def test_pca_agrees_with_scikit_learn(embedding, dimensions):
    white = whitened(embedding, dimensions=dimensions)
    reference = PCA(dimensions, whiten=True, svd_solver="full").fit_transform(embedding.matrix().astype(np.float64))
    assert white.shape == reference.shape
    np.testing.assert_allclose(white, reference * np.sign((white * reference).sum(axis=0)), atol=1e-4)


def test_zca_is_the_centred_vectors_times_the_inverse_root_of_the_covariance(embedding):
    matrix = embedding.matrix().astype(np.float64)
    expected = (matrix - matrix.mean(axis=0)) @ inv(sqrtm(np.cov(matrix.T)))
    np.testing.assert_allclose(whitened(embedding, "zca"), expected, atol=1e-4)


def test_zca_stays_nearer_to_the_centred_vectors_than_any_turned_white_ones(embedding):
    centred = embedding.matrix() - embedding.matrix().mean(axis=0)
    zca = whitened(embedding, "zca")
    nearest = np.square(zca - centred).sum()
    assert nearest < np.square(whitened(embedding) - centred).sum()
    draw = np.random.default_rng(0)
    for _ in range(20):
        turn = np.linalg.qr(draw.normal(size=(24, 24)))[0]
        assert nearest < np.square(zca @ turn - centred).sum()


def test_cosines_do_not_depend_on_the_method(embedding):
    pca, zca = whitened(embedding), whitened(embedding, "zca")
    np.testing.assert_allclose(pca @ pca.T, zca @ zca.T, atol=1e-3)


def test_shrinkage_moves_the_covariance_towards_an_even_one(embedding):
    matrix = embedding.matrix().astype(np.float64)
    covariance = np.cov(matrix.T)
    shrunk = 0.7 * covariance + 0.3 * np.trace(covariance) / 24 * np.eye(24)
    expected = (matrix - matrix.mean(axis=0)) @ inv(sqrtm(shrunk))
    np.testing.assert_allclose(whitened(embedding, "zca", 0.3), expected, atol=1e-4)
    scaled = (matrix - matrix.mean(axis=0)) / np.sqrt(np.trace(covariance) / 24)
    np.testing.assert_allclose(whitened(embedding, "zca", 1.0), scaled, atol=1e-4)


@pytest.mark.parametrize("method", ["pca", "zca"])
def test_directions_without_variance_stay_without(embedding, method):
    flat = RemoveTop(components=2).fit(embedding).transform(embedding)
    white = whitened(flat, method).astype(np.float64)
    values = np.linalg.eigvalsh(np.cov(white.T))
    np.testing.assert_allclose(values, [0, 0, *[1] * 22], atol=1e-4)


def test_what_cannot_be_whitened_is_refused(embedding):
    with pytest.raises(InputError, match="whiten: 25 dimensions of 24 cannot be kept"):
        whitened(embedding, dimensions=25)
    with pytest.raises(InputError, match="whiten: all vectors are the same"):
        whitened(Embedding.dense(["a", "b"], np.zeros((2, 3))))
    for change, said in [
        ({"method": "cholesky"}, "method: must be pca or zca, not 'cholesky'"),
        ({"shrinkage": 1.5}, "shrinkage: must be from 0 to 1, not 1.5"),
        ({"dimensions": 0}, "dimensions: must be at least 1"),
        ({"method": "zca", "dimensions": 5}, "dimensions: zca turns back to all of them"),
    ]:
        with pytest.raises(ValueError, match=said):
            Whiten(**({"method": "pca", "shrinkage": 0.0, "dimensions": None} | change))
