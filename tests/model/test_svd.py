from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from embedsmith.errors import InputError
from embedsmith.model.cooccurrence import cooccurrences
from embedsmith.model.history import History
from embedsmith.model.ppmi import ppmi, thin
from embedsmith.model.svd import SVD
from embedsmith.model.truncated_svd import orthonormal, product, truncated_svd
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import contents, defaults, purity, tokens_of, topics, train


def svd(**changes: Any) -> SVD:
    values = {**defaults("svd"), "vector_size": 10, **changes}
    values.pop("kind")
    return SVD(**values)


def dense_ppmi(counts: np.ndarray, smoothing: float, shift: float) -> np.ndarray:
    joint = counts / counts.sum()
    context = counts.sum(axis=0) ** smoothing
    chance = np.outer(joint.sum(axis=1), context / context.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.maximum(0, np.log(joint / chance) - np.log(shift)), nan=0.0)


def test_the_ppmi_of_three_words_by_hand() -> None:
    tokens = tokens_of([["a", "b"], ["a", "b"], ["a", "c"]])
    counts = cooccurrences(tokens, window=1, weighting="flat", threads=1)  # a-b twice, a-c once, each both ways
    smoothed = math.sqrt(3) + math.sqrt(2) + 1
    found = ppmi(counts, smoothing=0.5, shift=1.0).toarray()
    expected = np.zeros((3, 3))
    expected[0, 1] = math.log((2 / 3) / (math.sqrt(2) / smoothed))  # P(b | a) = 2/3
    expected[0, 2] = math.log((1 / 3) / (1 / smoothed))
    expected[1, 0] = expected[2, 0] = math.log(1 / (math.sqrt(3) / smoothed))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("smoothing", [0.75, 1.0])
@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_ppmi_agrees_with_dense_arithmetic_and_keeps_positive_entries_alone(smoothing: float, shift: float) -> None:
    tokens = tokens_of([*topics(40, seed=5), ["alone"]])
    counts = cooccurrences(tokens, window=4, weighting="harmonic", threads=1)
    found = ppmi(counts, smoothing=smoothing, shift=shift)
    np.testing.assert_allclose(found.toarray(), dense_ppmi(counts.toarray(), smoothing, shift), atol=1e-5)
    assert (found.data > 0).all()
    assert 0 < found.nnz < counts.nnz
    assert found.dtype == np.float32


def test_thinning_multiplies_by_the_shares_of_both_words() -> None:
    counts = csr_array(np.array([[0, 4, 2], [4, 8, 0], [2, 0, 0]], dtype=float))
    thin(counts, np.array([0.5, 0.25, 1.0]))
    np.testing.assert_array_equal(counts.toarray(), [[0, 0.5, 1], [0.5, 0.5, 0], [1, 0, 0]])


def falling(rows: int, columns: int, seed: int) -> np.ndarray:
    """A matrix, three quarters of it zeros, whose singular values fall quickly."""
    draw = np.random.default_rng(seed)
    factors = draw.normal(size=(rows, 12)) * 0.6 ** np.arange(12)
    return np.asarray((factors @ draw.normal(size=(12, columns))) * (draw.random((rows, columns)) < 0.25))


@pytest.mark.parametrize("shape", [(90, 90), (120, 70), (70, 120)])
def test_singular_vectors_and_values_agree_with_numpy(shape: tuple[int, int]) -> None:
    matrix = falling(*shape, seed=1)
    left, values, _ = np.linalg.svd(matrix)
    vectors, found = truncated_svd(csr_array(matrix.astype(np.float32)), 6, iterations=30, seed=1, threads=2)
    np.testing.assert_allclose(found, values[:6], rtol=1e-5)
    signs = np.sign((vectors * left[:, :6]).sum(axis=0))
    np.testing.assert_allclose(vectors * signs, left[:, :6], atol=1e-3)
    assert (vectors.max(axis=0) == np.abs(vectors).max(axis=0)).all()  # the largest value is positive


def test_more_iterations_come_nearer_to_the_singular_values() -> None:
    matrix = np.random.default_rng(3).normal(size=(300, 300))  # whose singular values fall slowly
    true = np.linalg.svd(matrix, compute_uv=False)[:10]
    few, many = (
        truncated_svd(csr_array(matrix.astype(np.float32)), 10, iterations=count, seed=1, threads=1)[1]
        for count in (1, 8)
    )
    assert np.abs(true - many).sum() < 0.2 * np.abs(true - few).sum()


def test_dimensions_beyond_the_rank_of_the_matrix_are_zero() -> None:
    draw = np.random.default_rng(2)
    matrix = draw.normal(size=(50, 3)) @ draw.normal(size=(3, 50))
    vectors, values = truncated_svd(csr_array(matrix.astype(np.float32)), 6, iterations=3, seed=1, threads=1)
    assert (values[:3] > 1).all()
    assert not values[3:].any()
    assert not vectors[:, 3:].any()
    np.testing.assert_allclose(vectors[:, :3].T @ vectors[:, :3], np.eye(3), atol=1e-5)


def test_as_many_dimensions_as_rows_hold_the_whole_matrix() -> None:
    matrix = falling(20, 20, seed=4)
    vectors, values = truncated_svd(csr_array(matrix.astype(np.float32)), 20, iterations=2, seed=1, threads=1)
    np.testing.assert_allclose(vectors * values**2 @ vectors.T, matrix @ matrix.T, atol=1e-4)


def test_orthonormal_columns_span_the_same_space() -> None:
    block = falling(60, 5, seed=6).astype(np.float32)
    basis = orthonormal(np.hstack([block, block[:, :1]]))  # six columns, five of them independent
    lengths = np.diag(basis.T @ basis)
    np.testing.assert_allclose(np.sort(lengths), [0, 1, 1, 1, 1, 1], atol=1e-4)
    np.testing.assert_allclose(basis @ (basis.T @ block), block, atol=1e-4)


def test_threads_do_not_change_a_bit_of_a_product() -> None:
    matrix = csr_array(falling(500, 300, seed=7).astype(np.float32))
    dense = np.random.default_rng(8).normal(size=(300, 24)).astype(np.float32)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(3) as three:
        alone, together = product(matrix, dense, one), product(matrix, dense, three)
    np.testing.assert_array_equal(alone, together)
    np.testing.assert_allclose(alone, matrix @ dense, rtol=1e-4, atol=1e-4)


def test_the_neighbours_of_a_word_are_those_of_its_topic(toy: Tokens) -> None:
    history = History()
    embedding = train(svd(), toy, history=history)
    assert embedding.words == toy.words
    assert embedding.dimension == 10
    assert purity(embedding) == 1
    assert history.points == []


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_vectors_are_those_of_numpys_factorisation(toy: Tokens, power: float) -> None:
    settings = svd(sample=0.0, smoothing=1.0, vector_size=4, power=power)
    counts = cooccurrences(toy, window=settings.window, weighting=settings.weighting, threads=1).toarray()
    left, values, _ = np.linalg.svd(dense_ppmi(counts, 1.0, 1.0))
    assert values[3] > 1.5 * values[4]  # else the vectors would hang on rounding
    expected = left[:, :4] * values[:4] ** power
    found = train(settings, toy).matrix()
    np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-3 * np.abs(expected @ expected.T).max())


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_do_not_change_a_bit(toy: Tokens, threads: int) -> None:
    assert contents(train(svd(), toy, threads=threads)) == contents(train(svd(), toy, threads=2))


def test_thinning_out_frequent_words_changes_the_vectors(toy: Tokens) -> None:
    assert contents(train(svd(sample=0.0), toy)) != contents(train(svd(sample=1e-3), toy))


def test_a_word_that_is_alone_in_its_sentences_has_the_zero_vector() -> None:
    embedding = train(svd(), tokens_of([*topics(300, seed=1), ["alone"]]))
    assert not embedding["alone"].any()
    assert all(embedding[word].any() for word in embedding.words if word != "alone")


@pytest.mark.parametrize(
    ("text", "change", "message"),
    [
        ([["a", "a", "a"]], {}, "the vocabulary holds one word, 'a'"),
        ([["a", "b"]], {}, "the training text has 2 words, no more than a window of 10"),
        ([["a"], ["b"]] * 20, {"vector_size": 2}, "no sentence has two words of the vocabulary"),
        ([["a", "b"]] * 20, {"vector_size": 2, "shift": 5.0}, "shift: no two words are near each other more than 5"),
        ([["a", "b"]] * 20, {"vector_size": 3}, "vector_size: 3 is more than the 2 words there are"),
    ],
)
def test_text_that_nothing_can_be_learned_from_is_refused(
    text: list[list[str]], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=rf"^{message}[^\n]*; [^\n]*(give more text|lower it)$"):
        train(svd(**change), tokens_of(text))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vector_size": 0}, "vector_size: must be at least 1, not 0"),
        ({"window": 0}, "window: must be at least 1, not 0"),
        ({"iterations": 0}, "iterations: must be at least 1, not 0"),
        ({"weighting": "cubic"}, "weighting: must be one of flat, linear, harmonic, not 'cubic'"),
        ({"sample": 1.0}, "sample: must be at least 0 and below 1, not 1"),
        ({"smoothing": -0.5}, "smoothing: must be from 0 to 1, not -0.5"),
        ({"power": 1.5}, "power: must be from 0 to 1, not 1.5"),
        ({"shift": 0.5}, "shift: must be at least 1, not 0.5"),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        svd(**change)
    assert str(error.value) == message
