import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embedsmith.compress.fp16 import FP16
from embedsmith.compress.int8 import Int8, quantise
from embedsmith.compress.pca import PCA
from embedsmith.embedding import Dense, Embedding, NGrams
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


def composing(words, units):
    """An embedding of which every n-gram of four buckets has a row."""
    fallback = NGrams(3, 4, len(units), np.arange(len(units), dtype=np.int32), Dense(units))
    return Embedding.dense([f"w{i}" for i in range(len(words))], words, fallback=fallback)


SMALL = st.floats(-100, 100, width=32)


@given(
    arrays(np.float32, (9, 6), elements=SMALL), arrays(np.float32, (4, 6), elements=SMALL), st.text("abé", min_size=3)
)
def test_composing_and_then_projecting_is_projecting_and_then_composing(words, units, unseen):
    before = composing(words, units)
    link = PCA(reduction=2).fit(before)
    after = link.transform(before)
    projected = (before[unseen].astype(np.float64) - link.mean_) @ link.components_.T
    np.testing.assert_allclose(after[unseen], projected, atol=1e-3)


def test_principal_components_are_those_of_the_words_whatever_the_units_are():
    words = np.random.default_rng(0).normal(size=(50, 6))
    units = np.random.default_rng(1).normal(size=(4, 6)).astype(np.float32)
    with_units, without = composing(words, units * 100), Embedding.dense([f"w{i}" for i in range(50)], words)
    np.testing.assert_array_equal(
        PCA(reduction=2).fit(with_units).transform(with_units).matrix(),
        PCA(reduction=2).fit(without).transform(without).matrix(),
    )


@pytest.mark.parametrize("transform", [FP16(), Int8()])
def test_the_rows_of_units_are_stored_as_those_of_words_are(transform):
    units = np.random.default_rng(1).normal(size=(4, 6)).astype(np.float32)
    small = transform.transform(composing(units[::-1], units))
    assert small.fallback.codec.name == small.codec.name
    assert {name: array.dtype for name, array in small.fallback.codec.arrays.items()} == {
        name: array.dtype for name, array in small.codec.arrays.items()
    }
    np.testing.assert_array_equal(small.fallback.codec.rows(slice(0, 4)), small.matrix()[::-1])


def test_fp16_refuses_a_unit_that_would_become_infinite():
    embedding = composing(np.ones((2, 2)), np.full((4, 2), 1e5, dtype=np.float32))
    with pytest.raises(InputError, match="beyond half precision"):
        FP16().transform(embedding)


def test_a_transform_leaves_its_input_as_it_was(embedding):
    before = embedding.matrix().copy()
    for transform in (FP16(), Int8(), PCA(reduction=2)):
        transform.fit(embedding).transform(embedding)
    np.testing.assert_array_equal(embedding.matrix(), before)
