from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.kernel.tether import tether
from embedsmith.model.matrices import aligned, joined, split, width


def tethered(rows: np.ndarray, ids: np.ndarray, origin: np.ndarray, most: float, parts: int = 1) -> np.ndarray:
    """Rows after they were brought back, their columns in parts in the meantime."""
    divided = aligned(parts, len(rows), width(rows.shape[1], parts))
    split(rows, divided)
    tether(divided, ids, origin, np.float32(most))
    return joined(divided, rows.shape[1])


@pytest.mark.parametrize("parts", [1, 2, 3])
@pytest.mark.parametrize("most", [0.0, 0.1, 0.5, 3.0])
def test_rows_that_are_too_far_are_brought_back_on_the_straight_way(most: float, parts: int) -> None:
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(20, 40)).astype(np.float32)
    ids = np.array([1, 4, 5, 19])
    origin = (rows[ids] + draw.normal(size=(4, 40)) * [[1e-3], [0.1], [0.5], [2]]).astype(np.float32)
    expected = rows.astype(np.float64)
    for row, begin in zip(ids, origin.astype(np.float64), strict=True):
        step, room = expected[row] - begin, most * np.linalg.norm(begin)
        if np.linalg.norm(step) > room:
            expected[row] = begin + step * room / np.linalg.norm(step)
    moved = tethered(rows, ids, origin, most, parts)
    np.testing.assert_allclose(moved, expected, rtol=0, atol=2e-6)
    others = np.setdiff1d(np.arange(20), ids)
    np.testing.assert_array_equal(moved[others], rows[others])


def test_no_room_at_all_puts_rows_back_to_the_bit() -> None:
    origin = np.random.default_rng(1).normal(size=(3, 16)).astype(np.float32)
    np.testing.assert_array_equal(tethered(origin + np.float32(1), np.arange(3), origin, 0), origin)


def test_a_row_that_is_near_enough_and_one_that_begins_at_zero_stay() -> None:
    origin = np.array([[3, 4], [0, 0]], np.float32)
    rows = np.array([[3.3, 4.4], [0, 0]], np.float32)
    np.testing.assert_array_equal(tethered(rows, np.arange(2), origin, 0.11), rows)
