import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embedsmith.compress.sparse import Sparse
from embedsmith.config.check import build
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.errors import InputError


def pruned(matrix, share=None, threshold=None, **more):
    embedding = Embedding.dense([f"w{i}" for i in range(len(matrix))], matrix, **more)
    return Sparse(share=share, threshold=threshold).fit(embedding).transform(embedding)


def test_the_largest_magnitudes_of_each_row_are_kept_and_of_equal_ones_the_first():
    small = pruned([[1, -4, 2, 3], [2, -2, 2, 2], [0, 0, 0, 1]], share=0.5)
    np.testing.assert_array_equal(small.matrix(), [[0, -4, 0, 3], [2, -2, 0, 0], [0, 0, 0, 1]])
    assert small.codec.bounds.tolist() == [0, 2, 4, 5]  # a zero is no entry


def test_magnitudes_above_the_threshold_are_kept_however_many():
    small = pruned([[1, -4, 2, 3], [2, -2, 2, 2], [0, 0, 0, 5]], threshold=2)
    np.testing.assert_array_equal(small.matrix(), [[0, -4, 0, 3], [0, 0, 0, 0], [0, 0, 0, 5]])
    np.testing.assert_array_equal(pruned([[1, -4, 0, 3]], threshold=0).matrix(), [[1, -4, 0, 3]])


VALUES = st.floats(-60_000, 60_000, width=32)


@given(arrays(np.float32, (4, 8), elements=VALUES), st.sampled_from([0.125, 0.25, 0.5, 1]))
def test_the_error_is_what_was_left_out_and_what_half_precision_rounds(matrix, share):
    matrix = matrix.astype(np.float64)
    errors = np.square(pruned(matrix, share=share).matrix() - matrix).sum(axis=1)
    squares = np.sort(np.square(matrix), axis=1)
    number = round(share * 8)
    left_out, kept = squares[:, : 8 - number].sum(axis=1), squares[:, 8 - number :].sum(axis=1)
    assert np.all(errors >= left_out * (1 - 1e-6))
    assert np.all(errors <= left_out * (1 + 1e-6) + kept * 2.0**-22 + number * 2.0**-50)


@given(arrays(np.float32, (4, 8), elements=VALUES), st.floats(0, 1000))
def test_what_is_at_or_below_the_threshold_is_the_error(matrix, threshold):
    error = np.abs(pruned(matrix, threshold=threshold).matrix().astype(np.float64) - matrix)
    rounding = np.maximum(2.0**-11 * np.abs(matrix), 2.0**-25)
    assert np.all(error <= np.where(np.abs(matrix) > threshold, rounding, np.abs(matrix)) * (1 + 1e-6))


def test_an_entry_costs_three_bytes_and_a_row_four():
    codec = pruned(np.random.default_rng(0).normal(size=(3000, 100)), share=0.25).codec
    stored = codec.values.nbytes + codec.columns.nbytes + codec.bounds.nbytes
    assert stored == 3000 * (25 * 3 + 4) + 4
    assert codec.shape == (3000, 100)


def test_the_rows_of_units_are_stored_as_those_of_words_are():
    rows = np.random.default_rng(0).normal(size=(30, 9)).astype(np.float32)
    fallback = NGrams(3, 4, 30, np.arange(30, dtype=np.int32), Dense(rows[::-1].copy()))
    small = pruned(rows, share=0.3, fallback=fallback)
    assert small.fallback.codec.name == "sparse"
    np.testing.assert_array_equal(small.fallback.codec.rows(slice(0, 30)), small.matrix()[::-1])


@pytest.mark.parametrize(
    ("share", "threshold", "said"),
    [
        (None, None, "x.share: give either it or threshold"),
        (0.5, 1.0, "x.share: give either it or threshold"),
        (0.0, None, "x.share: must be above 0 and at most 1, not 0"),
        (25.0, None, "x.share: must be above 0 and at most 1, not 25"),
        (None, -1.0, "x.threshold: must be at least 0, not -1"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(share, threshold, said):
    with pytest.raises(InputError, match=said):
        build(Sparse, {"share": share, "threshold": threshold}, "x")


def test_what_cannot_be_pruned_is_refused():
    with pytest.raises(InputError, match="sparse: a share of 0.01 keeps nothing of 4 dimensions; use at least 0.25"):
        pruned(np.ones((2, 4)), share=0.01)
    with pytest.raises(InputError, match="sparse: 70000 dimensions are more than 65536"):
        pruned(np.ones((1, 70_000)), share=0.5)
    with pytest.raises(InputError, match="sparse: .* beyond half precision"):
        pruned(np.full((1, 4), 1e6), share=0.5)
