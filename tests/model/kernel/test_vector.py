from __future__ import annotations

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.model.kernel.vector import (
    LANES,
    add,
    add_product,
    at,
    copy,
    load,
    load_spread,
    multiply,
    prefetch,
    spread,
    store,
    store_sums,
)


@compiled
def _calculate(matrix: np.ndarray, found: np.ndarray) -> None:
    a, b = load(matrix, 1, 2, 3), load(matrix, 0, 4, 8)
    store(found, 0, 0, 0, add(a, b))
    store(found, 0, 1, 0, multiply(a, b))
    store(found, 0, 2, 0, add_product(a, b, spread(np.float32(0.5))))
    store(found, 0, 3, 0, load_spread(matrix, 1, 4, 15))
    store_sums(found, 0, 4, 1, a, b, add(a, b), multiply(a, b))
    prefetch(matrix, 1, 4, 15)


def test_vectors_are_calculated_with_as_rows_are() -> None:
    matrix = np.random.default_rng(0).integers(-9, 9, size=(2, 5, 16)).astype(np.float32)
    found = np.full((1, 5, LANES), np.nan, np.float32)
    _calculate(matrix, found)
    a, b = matrix[1, 2, 3:11], matrix[0, 4, 8:]
    np.testing.assert_array_equal(found[0, :4], [a + b, a * b, a + b / 2, [matrix[1, 4, 15]] * LANES])
    np.testing.assert_array_equal(found[0, 4, 1:5], [a.sum(), b.sum(), (a + b).sum(), (a * b).sum()])
    assert np.isnan(found[0, 4, [0, 5, 6, 7]]).all()


@compiled
def _elements(array: np.ndarray, found: np.ndarray) -> None:
    for index in range(len(array)):
        found[index] = at(array, index)


def test_integers_of_any_size_keep_their_sign() -> None:
    for dtype in (np.int32, np.int64):
        array, found = np.array([5, -1, np.iinfo(dtype).min, np.iinfo(dtype).max], dtype), np.zeros(4, np.int64)
        _elements(array, found)
        assert found.tolist() == array.tolist()


@compiled
def copy_to(source: np.ndarray, start: int, target: np.ndarray, place: int) -> None:
    copy(source, start, target, place)


def test_eight_integers_are_copied_from_any_place_to_any_place() -> None:
    source, target = np.arange(100, 120, dtype=np.int32), np.full(20, -1, np.int32)
    copy_to(source, 3, target, 5)
    assert target.tolist() == [-1] * 5 + [*range(103, 111)] + [-1] * 7
