from __future__ import annotations

import numpy as np

from embedsmith.model.units import Units


def test_a_word_is_the_mean_of_its_units() -> None:
    rows = np.array([[2, 0, 1], [0, 4, 1], [6, 2, 1]], np.float32)
    units = Units(np.array([0, 1, 3, 6]), np.array([2, 0, 1, 0, 0, 2], np.int32))
    composed = units.compose(rows)
    np.testing.assert_allclose(composed, [[6, 2, 1], [1, 2, 1], [10 / 3, 2 / 3, 1]], rtol=1e-6)
    assert composed.dtype == np.float32
