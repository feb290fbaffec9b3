from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.kernel.cooccurrence import count_rows, count_words, index_positions

TEXT = np.array([2, 0, 2, -1, 1, 0, -1], dtype=np.int32)
BOUNDS = np.array([0, 2, 3, 5])


def test_words_are_counted_and_sentence_ends_are_not() -> None:
    counts = np.zeros(3, np.int64)
    count_words(TEXT, counts)
    np.testing.assert_array_equal(counts, [2, 1, 2])


@pytest.mark.parametrize("size", [np.int32, np.int64])
def test_positions_of_either_size_give_the_same_rows(size: type) -> None:
    positions = np.full(5, -1, size)
    index_positions(TEXT, BOUNDS, positions)
    np.testing.assert_array_equal(positions, [1, 5, 4, 0, 2])
    lengths, columns, values = np.zeros(2, np.int64), np.full(5, -1, np.int32), np.full(5, -1.0)
    entries = count_rows(TEXT, BOUNDS, positions, 1, np.array([4.0, 1.0]), lengths, columns, values)
    # Word 1 is beside 0; word 2 is beside 0 twice, and two places from itself.
    assert entries == 3
    np.testing.assert_array_equal(lengths, [1, 2])
    np.testing.assert_array_equal(columns, [0, 0, 2, -1, -1])
    np.testing.assert_array_equal(values, [4, 8, 2, -1, -1])
