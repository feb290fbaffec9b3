import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embedsmith.compress.int4 import FACTORS, Int4, quantise
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.embedding import Int4 as Codec
from embedsmith.errors import InputError


@pytest.fixture
def matrix():
    return np.random.default_rng(0).standard_t(4, size=(300, 41)).astype(np.float32)


def widths(scales, group, dimension):
    return np.repeat(scales.astype(np.float64), group, axis=1)[:, :dimension]


@given(arrays(np.float32, (5, 7), elements=st.floats(-4e5, 4e5, width=32)), st.integers(1, 7))
def test_without_clipping_the_error_is_at_most_half_a_scale(matrix, group):
    codes, scales = quantise(matrix, group, FACTORS[:1])
    scale = widths(scales, group, 7)
    assert np.all(np.abs(codes * scale - matrix) <= scale / 2 * (1 + 1e-6) + 1e-37)
    largest = np.repeat([np.abs(matrix[:, at : at + group]).max(axis=1) for at in range(0, 7, group)], group, axis=0)
    rounding = np.maximum(2**-10 * largest.T[:, :7] / 7, 2**-24)  # of a half-precision number, upwards
    assert np.all(scale <= largest.T[:, :7] / 7 * (1 + 1e-6) + rounding)
    assert np.abs(codes).max() <= 7


@given(arrays(np.float32, (5, 7), elements=st.floats(-4e5, 4e5, width=32)), st.integers(1, 7))
def test_with_clipping_the_error_of_a_value_is_half_a_scale_or_what_was_clipped(matrix, group):
    codes, scales = quantise(matrix, group, FACTORS)
    scale = widths(scales, group, 7)
    bound = np.maximum(scale / 2, np.abs(matrix) - 7 * scale)
    assert np.all(np.abs(codes * scale - matrix) <= bound * (1 + 1e-5) + 1e-37)


def test_the_scale_of_least_error_is_the_best_of_the_grid_in_every_group(matrix):
    codes, scales = quantise(matrix, 10, FACTORS)
    for row in range(20):
        for at, start in enumerate(range(0, 41, 10)):
            values = matrix[row, start : start + 10].astype(np.float64)
            tried = []
            for factor in np.arange(1, 0.49, -0.02):
                exact = factor * np.abs(values).max() / 7
                scale = float(np.float16(exact))
                scale = scale if scale >= exact else float(np.nextafter(np.float16(scale), np.float16(np.inf)))
                tried.append(np.square(np.rint(values / scale).clip(-7, 7) * scale - values).sum())
            ours = np.square(codes[row, start : start + 10] * float(scales[row, at]) - values).sum()
            assert ours == pytest.approx(min(tried), rel=1e-4)


def test_the_scale_of_least_error_has_a_lower_error_than_the_largest_value_gives(matrix):
    embedding = Embedding.dense([f"w{i}" for i in range(300)], matrix)
    errors = {
        scale: np.square(Int4(group=None, scale=scale).transform(embedding).matrix() - matrix).sum(axis=1)
        for scale in ("max", "least_error")
    }
    assert np.all(errors["least_error"] <= errors["max"] * (1 + 1e-5))
    assert errors["least_error"].sum() < 0.95 * errors["max"].sum()


def test_int4_agrees_with_a_plain_loop():
    small = Int4(group=2, scale="max").transform(Embedding.dense(["a", "b"], [[7, -14, 1.2], [0, 0, -3.5]]))
    # scales: 2, then 1.2 / 7 = 1404.3 / 8192 rounded up to half precision; 0, then 0.5
    above = 1405 / 8192
    np.testing.assert_array_equal(small.matrix(), np.array([[8, -14, 7 * above], [0, 0, -3.5]], np.float32))


@pytest.mark.parametrize(("group", "groups"), [(None, 1), (41, 1), (500, 1), (16, 3), (1, 41)])
def test_int4_stores_half_a_byte_a_value_and_two_bytes_a_group(matrix, group, groups):
    embedding = Embedding.dense([f"w{i}" for i in range(300)], matrix)
    codec = Int4(group=group, scale="max").fit(embedding).transform(embedding).codec
    assert codec.codes.nbytes + codec.scales.nbytes == 300 * (21 + 2 * groups)
    assert codec.shape == (300, 41)


def test_the_rows_of_units_are_stored_as_those_of_words_are(matrix):
    fallback = NGrams(3, 4, 300, np.arange(300, dtype=np.int32), Dense(matrix[::-1].copy()))
    embedding = Embedding.dense([f"w{i}" for i in range(300)], matrix, fallback=fallback)
    small = Int4(group=8, scale="least_error").transform(embedding)
    assert isinstance(small.fallback.codec, Codec)
    np.testing.assert_array_equal(small.fallback.codec.rows(slice(0, 300)), small.matrix()[::-1])


def test_more_rows_than_a_block_are_quantised_each_on_its_own():
    matrix = np.random.default_rng(0).normal(size=(5000, 3)).astype(np.float32)
    codes, scales = quantise(matrix, 2, FACTORS)
    for row in (0, 4095, 4096, 4999):
        alone = quantise(matrix[row : row + 1], 2, FACTORS)
        np.testing.assert_array_equal(codes[row], alone[0][0])
        np.testing.assert_array_equal(scales[row], alone[1][0])


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="group: must be at least 1, or null"):
        Int4(group=0, scale="max")
    with pytest.raises(ValueError, match="scale: must be one of max, least_error, not 'min'"):
        Int4(group=None, scale="min")
    with pytest.raises(InputError, match="int4: .* beyond half precision"):
        Int4(group=None, scale="max").transform(Embedding.dense(["a"], [[1e6, 0]]))
