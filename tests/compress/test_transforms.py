import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embedsmith.compress.fp16 import FP16
from embedsmith.compress.int8 import Int8, quantise
from embedsmith.compress.pca import PCA
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError

WORDS = [f"w{i}" for i in range(300)]


@pytest.fixture
def embedding():
    rng = np.random.default_rng(0)
    return Embedding.dense(WORDS, rng.normal(size=(300, 40)) @ rng.normal(size=(40, 40)) + 3)


@given(arrays(np.float32, (5, 7), elements=st.floats(-1e6, 1e6, width=32)))
def test_int8_is_within_half_a_step_of_every_value(matrix):
    codes, scales = quantise(matrix)
    step = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert np.all(np.abs(codes * scales[:, None] - matrix) <= step / 2 * (1 + 1e-4) + 1e-37)


def test_int8_agrees_with_a_plain_loop():
    matrix = np.array([[1.0, -2.0, 0.3], [0.0, 0.0, 0.0]], dtype=np.float32)
    codes, scales = quantise(matrix)
    for row in range(2):
        largest = max(abs(float(value)) for value in matrix[row])
        for column in range(3):
            expected = round(float(matrix[row, column]) / (largest / 127)) if largest else 0
            assert codes[row, column] == expected
    assert scales.tolist() == [np.float32(2 / 127), 0.0]


def test_int8_stores_one_byte_a_value_and_four_a_row(embedding):
    small = Int8().fit(embedding).transform(embedding)
    assert sum(a.nbytes for a in small.codec.arrays.values()) == 300 * (40 + 4)


def test_fp16_rounds_as_numpy_does(embedding):
    small = FP16().fit(embedding).transform(embedding)
    np.testing.assert_array_equal(small.matrix(), embedding.matrix().astype(np.float16).astype(np.float32))
    assert small.codec.arrays["matrix"].nbytes == embedding.codec.arrays["matrix"].nbytes // 2


def test_fp16_refuses_a_value_that_would_become_infinite():
    embedding = Embedding.dense(["a"], np.array([[1e5, 0]]))
    with pytest.raises(InputError, match="beyond half precision"):
        FP16().fit(embedding).transform(embedding)


def test_pca_agrees_with_scikit_learn(embedding):
    from sklearn.decomposition import PCA as Reference

    ours = PCA(reduction=4).fit(embedding).transform(embedding).matrix()
    reference = Reference(n_components=10, svd_solver="full").fit_transform(embedding.matrix().astype(np.float64))
    signs = np.sign((ours * reference).sum(axis=0))
    np.testing.assert_allclose(ours, reference * signs, atol=1e-4)


def test_pca_signs_do_not_depend_on_the_solver(embedding):
    components = PCA(reduction=4).fit(embedding).components_
    assert np.all(components[np.arange(10), np.abs(components).argmax(axis=1)] > 0)


def test_pca_refuses_a_reduction_that_leaves_nothing(embedding):
    with pytest.raises(InputError, match="leaves nothing of 40 dimensions"):
        PCA(reduction=100).fit(embedding)
    with pytest.raises(ValueError, match="reduction: must be at least 1"):
        PCA(reduction=0.5)


def test_a_transform_leaves_its_input_as_it_was(embedding):
    before = embedding.matrix().copy()
    for transform in (FP16(), Int8(), PCA(reduction=2)):
        transform.fit(embedding).transform(embedding)
    np.testing.assert_array_equal(embedding.matrix(), before)
