import numpy as np
import pytest
from sklearn.decomposition import PCA

from embedsmith.metrics.components import eigenvectors, group_direction, leading, scatter, without


@pytest.fixture
def rows():
    draw = np.random.default_rng(0)
    return (draw.normal(size=(40_000, 5)) @ draw.normal(size=(5, 5)) + 3).astype(np.float32)  # more than one block


def test_scatter_and_eigenvectors_are_scikit_learns_variances_and_components(rows):
    reference = PCA(svd_solver="full").fit(rows.astype(np.float64))
    values, axes = eigenvectors(scatter(rows, rows.mean(axis=0, dtype=np.float64)) / (len(rows) - 1))
    np.testing.assert_allclose(values, reference.explained_variance_, rtol=1e-9)
    np.testing.assert_allclose(np.abs((axes * reference.components_).sum(axis=1)), 1, rtol=1e-9)
    assert np.all(axes[np.arange(5), np.abs(axes).argmax(axis=1)] > 0)
    np.testing.assert_array_equal(
        leading(scatter(rows, reference.mean_), 2), eigenvectors(scatter(rows, reference.mean_))[1][:2]
    )


def test_what_is_left_without_a_direction_by_hand():
    np.testing.assert_array_equal(without(np.array([[3.0, 4.0]]), np.array([[1.0, 0.0]])), [[0, 4]])
    np.testing.assert_array_equal(without(np.array([[3.0, 4.0]]), np.zeros((0, 2))), [[3, 4]])


def test_the_direction_of_groups_is_the_first_component_of_the_pairs_less_their_means():
    draw = np.random.default_rng(0)
    first, second = draw.normal(size=(2, 8, 5)) + np.array([[[0.5]], [[-0.5]]])
    halves = np.concatenate([first - (first + second) / 2, second - (first + second) / 2])
    reference = PCA(1, svd_solver="full").fit(halves).components_[0]
    direction = group_direction(first, second)
    np.testing.assert_allclose(direction, reference * np.sign(reference.sum()), atol=1e-9)
    np.testing.assert_allclose(group_direction(second, first), -direction)


def test_groups_that_do_not_differ_have_no_direction():
    with pytest.raises(ValueError, match="the words of each pair have the same vector"):
        group_direction(np.ones((2, 3)), np.ones((2, 3)))
