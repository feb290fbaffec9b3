import numpy as np
import pytest
from sklearn.decomposition import PCA

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.mitigate.remove_top import RemoveTop


@pytest.mark.parametrize("number", [1, 3])
def test_it_agrees_with_scikit_learns_principal_components(embedding, number):
    matrix = embedding.matrix().astype(np.float64)
    reference = PCA(number, svd_solver="full").fit(matrix)
    expected = matrix - reference.inverse_transform(reference.transform(matrix))
    found = RemoveTop(components=number).fit(embedding).transform(embedding).matrix()
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(("dimension", "number"), [(24, 1), (149, 1), (160, 2), (300, 3)])
def test_null_is_a_hundredth_of_the_dimensions_and_at_least_one(dimension, number):
    embedding = Embedding.dense(["a", "b", "c"], np.random.default_rng(0).normal(size=(3, dimension)))
    assert RemoveTop(components=None).fit(embedding).components_.shape == (number, dimension)


def test_one_direction_that_all_vectors_share_is_gone_by_hand():
    embedding = Embedding.dense(["a", "b", "c", "d"], [[9, 1], [-9, 1], [9, -1], [-9, -1]])
    left = RemoveTop(components=1).fit(embedding).transform(embedding).matrix()
    np.testing.assert_allclose(left, [[0, 1], [0, 1], [0, -1], [0, -1]], atol=1e-6)


def test_what_leaves_nothing_is_refused(embedding):
    with pytest.raises(InputError, match="remove_top: 24 components leave nothing of 24 dimensions"):
        RemoveTop(components=24).fit(embedding)
    with pytest.raises(ValueError, match="components: must be at least 1, not 0; to take off the mean use center"):
        RemoveTop(components=0)
