import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize_scalar

from embedsmith.compress.binary import Binary
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.errors import InputError


def binary(matrix, **more):
    embedding = Embedding.dense([f"w{i}" for i in range(len(matrix))], matrix, **more)
    return Binary().fit(embedding).transform(embedding)


def test_a_value_is_its_sign_times_the_mean_magnitude_of_its_row():
    small = binary([[1, -2, 3], [0, 0, 0], [-0.5, 0, 0.25]])
    np.testing.assert_array_equal(small.matrix(), [[2, -2, 2], [0, 0, 0], [-0.25, 0.25, 0.25]])


@given(arrays(np.float32, (4, 9), elements=st.floats(-1000, 1000, width=32)))
def test_the_squared_error_is_that_of_the_closed_form(matrix):
    exact = np.abs(matrix.astype(np.float64)).mean(axis=1)
    rounding = np.maximum(2**-11 * exact, 2**-25)  # of the scale, at half precision
    errors = np.square(binary(matrix).matrix().astype(np.float64) - matrix).sum(axis=1)
    least = np.square(matrix.astype(np.float64)).sum(axis=1) - 9 * exact**2
    bound = least + 9 * rounding**2
    slack = 1e-4 * np.square(matrix.astype(np.float64)).sum(axis=1) + 1e-30  # of sums at single precision
    assert np.all(errors >= least - slack)
    assert np.all(errors <= bound + slack)


def test_the_scale_is_the_one_that_an_optimiser_finds():
    matrix = np.random.default_rng(0).normal(1, 2, (5, 20)).astype(np.float32)
    for row, stored in zip(matrix, binary(matrix).codec.scales, strict=True):
        signs = np.sign(row)
        best = minimize_scalar(lambda scale, row=row, signs=signs: np.square(scale * signs - row).sum())
        assert stored == pytest.approx(best.x, rel=2**-10)


def test_binary_stores_an_eighth_of_a_byte_a_value_and_two_bytes_a_row():
    codec = binary(np.random.default_rng(0).normal(size=(300, 41))).codec
    assert codec.bits.nbytes + codec.scales.nbytes == 300 * (6 + 2)
    assert codec.shape == (300, 41)


def test_the_rows_of_units_are_stored_as_those_of_words_are():
    rows = np.random.default_rng(0).normal(size=(30, 9)).astype(np.float32)
    small = binary(rows, fallback=NGrams(3, 4, 30, np.arange(30, dtype=np.int32), Dense(rows[::-1].copy())))
    assert small.fallback.codec.name == "binary"
    np.testing.assert_array_equal(small.fallback.codec.rows(slice(0, 30)), small.matrix()[::-1])


def test_a_scale_that_would_become_infinite_is_refused():
    with pytest.raises(InputError, match="binary: .* beyond half precision"):
        binary([[1e6, 1e6]])
