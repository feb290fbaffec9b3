from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.kernel.vector import LANES
from embedsmith.model.matrices import aligned, joined, split, uniform, width

SHAPES = [(1, 1), (16, 1), (20, 2), (100, 2), (100, 3), (300, 4), (16, 2), (5, 7)]
"""Dimensions and parts; some rows leave columns or whole parts empty."""


@pytest.mark.parametrize(("dimension", "parts"), SHAPES, ids=str)
def test_parts_are_whole_vectors_and_no_more_than_are_needed(dimension: int, parts: int) -> None:
    assert width(dimension, parts) % LANES == 0
    assert dimension <= parts * width(dimension, parts) < dimension + parts * LANES


@pytest.mark.parametrize("_", range(5))
def test_a_matrix_of_zeros_begins_where_a_cache_line_does(_: int) -> None:
    matrix = aligned(2, 3, 16)
    assert (matrix.shape, matrix.dtype, matrix.any()) == ((2, 3, 16), np.float32, False)
    assert matrix.ctypes.data % 64 == 0
    assert matrix.flags.c_contiguous


@pytest.mark.parametrize(("dimension", "parts"), SHAPES, ids=str)
def test_rows_in_parts_are_joined_as_they_were(dimension: int, parts: int) -> None:
    rows = np.random.default_rng(0).normal(size=(7, dimension)).astype(np.float32)
    divided = aligned(parts, 7, width(dimension, parts))
    split(rows, divided)
    np.testing.assert_array_equal(joined(divided, dimension), rows)
    assert np.count_nonzero(divided) == rows.size  # and the columns beyond are zero
    for column in range(dimension):
        np.testing.assert_array_equal(
            divided[column // divided.shape[2], :, column % divided.shape[2]], rows[:, column]
        )


def test_rows_start_evenly_about_zero_and_the_smaller_the_wider_they_are() -> None:
    from scipy.stats import kstest

    for dimension in (20, 100):
        rows = joined(uniform(300, dimension, 2, np.random.default_rng(0)), dimension)
        assert kstest(rows.ravel() * dimension + 0.5, "uniform").pvalue > 1e-4


def test_a_start_is_the_same_in_any_number_of_parts_and_beyond_a_piece_of_what_is_drawn_at_once() -> None:
    one, three = (uniform(20_000, 20, parts, np.random.default_rng(5)) for parts in (1, 3))
    np.testing.assert_array_equal(joined(one, 20), joined(three, 20))
    assert np.unique(joined(one, 20)).size > 350_000  # no piece is drawn a second time
    assert not np.array_equal(joined(one, 20), joined(uniform(20_000, 20, 1, np.random.default_rng(6)), 20))
