from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import random_array

from embedsmith.model.kernel.sparse import multiply_rows


@pytest.mark.parametrize("width", [1, 16, 37])
@pytest.mark.parametrize("density", [0.0, 0.05, 0.6])
def test_rows_agree_with_a_dense_product(width: int, density: float) -> None:
    draw = np.random.default_rng(width)
    matrix = random_array((40, 30), density=density, format="csr", dtype=np.float32, rng=draw)
    dense = draw.normal(size=(30, width)).astype(np.float32)
    product = np.full((40, width), np.nan, np.float32)
    for first, last in ((0, 7), (7, 8), (8, 40)):
        multiply_rows(matrix.indptr, matrix.indices, matrix.data, dense, first, product[first:last])
    np.testing.assert_allclose(product, matrix.toarray().astype(np.float64) @ dense, rtol=1e-5, atol=1e-5)
