import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import apply, compose
from embedsmith.compress.int8 import quantise
from embedsmith.compress.low_rank import LowRank
from embedsmith.embedding import Dense, Embedding, NGrams, load, save
from embedsmith.errors import InputError

WORDS = [f"w{i}" for i in range(300)]
LAST = [
    {"fp16": {}},
    {"int8": {}},
    {"int4": {"group": 4, "scale": "least_error"}},
    {"binary": {}},
    {"sparse": {"share": 0.5, "threshold": None}},
]


@pytest.fixture
def embedding():
    draw = np.random.default_rng(0)
    units = draw.normal(size=(30, 40)).astype(np.float32)
    fallback = NGrams(3, 4, 30, np.arange(30, dtype=np.int32), Dense(units))
    return Embedding.dense(WORDS, draw.normal(size=(300, 40)) @ draw.normal(size=(40, 40)) + 3, fallback=fallback)


def chained(links, embedding):
    return apply(compose(links, "variant.x"), embedding)


def test_a_decoded_row_is_that_of_scikit_learns_truncated_svd(embedding):
    reference = TruncatedSVD(10, algorithm="arpack")
    expected = reference.inverse_transform(reference.fit_transform(embedding.matrix().astype(np.float64)))
    small = chained({"low_rank": {"reduction": 4}}, embedding)
    assert small.codec.basis.shape == (10, 40)
    np.testing.assert_allclose(small.matrix(), expected, atol=1e-3)


def test_the_squared_error_is_the_sum_of_the_squared_singular_values_left_out(embedding):
    matrix = embedding.matrix().astype(np.float64)
    left_out = np.linalg.svd(matrix, compute_uv=False)[10:]
    error = np.square(chained({"low_rank": {"reduction": 4}}, embedding).matrix() - matrix).sum()
    assert error == pytest.approx(np.square(left_out).sum(), rel=1e-4)


def test_the_coefficients_have_the_cosines_and_lengths_of_the_rows(embedding):
    small = chained({"low_rank": {"reduction": 4}}, embedding)
    coefficients, rows = small.codec.inner.rows(slice(0, 300)), small.matrix()
    np.testing.assert_allclose(coefficients @ coefficients.T, rows @ rows.T, rtol=1e-3, atol=0.1)
    np.testing.assert_allclose(small.codec.basis @ small.codec.basis.T, np.eye(10), atol=1e-6)


def test_all_of_the_rank_is_all_of_the_embedding(embedding):
    small = chained({"low_rank": {"reduction": 1}}, embedding)
    np.testing.assert_allclose(small.matrix(), embedding.matrix(), atol=1e-3)


def test_the_basis_is_that_of_the_words_whatever_the_units_are(embedding):
    without = Embedding.dense(WORDS, embedding.matrix())
    np.testing.assert_array_equal(LowRank(reduction=4).fit(embedding).basis_, LowRank(reduction=4).fit(without).basis_)


@pytest.mark.parametrize("last", [{}, *LAST], ids=lambda link: next(iter(link), "alone"))
def test_a_link_that_follows_stores_the_coefficients_in_its_way(embedding, last, tmp_path):
    factored = chained({"low_rank": {"reduction": 4}}, embedding)
    small = chained({"low_rank": {"reduction": 4}} | last, embedding)
    assert small.chain == ("low_rank", *last)
    assert small.dimension == 40
    for codec, before in ((small.codec, factored.codec), (small.fallback.codec, factored.fallback.codec)):
        size = before.shape[0]
        coefficients = Embedding([f"c{i}" for i in range(size)], before.inner)
        expected = chained(last, coefficients) if last else coefficients
        assert codec.name == f"low_rank:{expected.codec.name}"
        np.testing.assert_allclose(codec.rows(slice(0, size)), expected.matrix() @ before.basis, rtol=1e-4, atol=1e-3)
    save(small, tmp_path / "e")
    loaded = load(tmp_path / "e")
    np.testing.assert_array_equal(loaded.matrix(), small.matrix())
    np.testing.assert_array_equal(loaded["unseen"], small["unseen"])


def test_what_is_lost_of_the_coefficients_is_what_is_lost_of_the_rows(embedding):
    factored = chained({"low_rank": {"reduction": 4}}, embedding)
    small = chained({"low_rank": {"reduction": 4}, "int8": {}}, embedding)
    _, scales = quantise(factored.codec.inner.rows(slice(0, 300)))
    lost = np.linalg.norm(small.matrix() - factored.matrix(), axis=1)
    assert np.all(lost <= np.sqrt(10) * scales / 2 * (1 + 1e-3))


def test_int8_after_low_rank_stores_a_byte_a_coefficient_and_the_basis_once(embedding):
    codec = chained({"low_rank": {"reduction": 4}, "int8": {}}, embedding).codec
    assert sum(array.nbytes for array in codec.arrays.values()) == 300 * (10 + 4) + 10 * 40 * 4


def test_composing_and_then_factoring_is_factoring_and_then_composing(embedding):
    link = LowRank(reduction=4).fit(embedding)
    expected = embedding["unseen"].astype(np.float64) @ link.basis_.T @ link.basis_
    np.testing.assert_allclose(link.transform(embedding)["unseen"], expected, atol=1e-4)


def test_only_a_link_that_stores_rows_may_follow(embedding):
    with pytest.raises(InputError, match="variant.x: pca cannot follow low_rank, which stores the rows; put low_rank"):
        compose({"low_rank": {"reduction": 4}, "pca": {"reduction": 4}}, "variant.x")
    with pytest.raises(InputError, match="variant.x: fp16 cannot follow int8"):
        compose({"low_rank": {"reduction": 4}, "int8": {}, "fp16": {}}, "variant.x")
    with pytest.raises(InputError, match="variant.x: low_rank cannot follow int8"):
        compose({"int8": {}, "low_rank": {"reduction": 4}}, "variant.x")


def test_a_chain_that_begins_with_rows_of_a_low_rank_projects_the_decoded_rows(embedding):
    factored = chained({"low_rank": {"reduction": 4}}, embedding)
    decoded = Embedding.dense(WORDS, factored.matrix())
    for links in ({"pca": {"reduction": 8}}, {"low_rank": {"reduction": 8}}):
        np.testing.assert_allclose(chained(links, factored).matrix(), chained(links, decoded).matrix(), atol=1e-3)


def test_what_makes_no_sense_is_refused(embedding):
    with pytest.raises(InputError, match="low_rank: a reduction of 100 leaves nothing of 40 dimensions"):
        LowRank(reduction=100).fit(embedding)
    with pytest.raises(ValueError, match="reduction: must be at least 1"):
        LowRank(reduction=0.5)


def test_the_number_of_threads_changes_no_bit():
    embedding = Embedding.dense([f"w{i}" for i in range(3000)], np.random.default_rng(0).normal(size=(3000, 300)))
    links = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            links.append(LowRank(reduction=4).fit(embedding))
    np.testing.assert_array_equal(links[0].basis_, links[1].basis_)
    stored = [link.transform(embedding).codec.arrays for link in links]
    for name, array in stored[0].items():
        np.testing.assert_array_equal(array, stored[1][name])
