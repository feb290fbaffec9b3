from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.kernel.compose import gather, list_units


@pytest.mark.parametrize("dimension", [16, 112, 5])
def test_a_word_is_the_mean_of_its_units(dimension: int) -> None:
    draw = np.random.default_rng(0)
    units = draw.normal(size=(30, dimension)).astype(np.float32)
    lists = [[3], [3, 3, 7], draw.integers(30, size=25).tolist(), [29, 0]]
    rows = np.full((4, dimension), np.nan, np.float32)
    bounds = np.cumsum([0, *map(len, lists)])
    gather(units, bounds, np.array([unit for part in lists for unit in part], np.int32), rows)
    expected = [units[part].astype(np.float64).mean(axis=0) for part in lists]
    np.testing.assert_allclose(rows, expected, rtol=1e-6, atol=1e-7)


def test_a_word_of_one_unit_is_its_row_to_the_bit_and_one_without_any_is_zero() -> None:
    units = np.random.default_rng(1).normal(size=(3, 16)).astype(np.float32)
    rows = np.ones((2, 16), np.float32)
    gather(units, np.array([0, 1, 1]), np.array([2], np.int32), rows)
    np.testing.assert_array_equal(rows, [units[2], np.zeros(16)])


def test_lists_of_words_become_lists_of_their_units_in_order() -> None:
    draw = np.random.default_rng(2)
    units = [draw.integers(50, size=1 + word % 4).tolist() for word in range(9)]
    lists = [[], [4], [8, 0, 8], [], draw.integers(9, size=30).tolist()]
    expected = [[unit for word in words for unit in units[word]] for words in lists]
    bounds, listed = np.full(6, -1), np.full(sum(map(len, expected)), -1, np.int32)
    list_units(
        np.cumsum([0, *map(len, lists)]), np.array([w for part in lists for w in part], np.int32),
        np.cumsum([0, *map(len, units)]), np.array([u for part in units for u in part], np.int32), bounds, listed,
    )  # fmt: skip
    assert [part.tolist() for part in np.split(listed, bounds[1:-1])] == expected
    assert bounds[-1] == len(listed)
