from __future__ import annotations

import numpy as np
import pytest

from embedsmith.errors import InputError
from embedsmith.evaluate.vectors import rows, unit_rows


def test_a_word_is_looked_up_as_written_then_lower_cased():
    index = {"athens": 0, "Rose": 1, "rose": 2}

    assert rows(["Athens", "Rose", "rose", "ROSE", "lily"], index).tolist() == [0, 1, 2, 2, -1]


def test_a_variant_with_nan_is_named():
    with pytest.raises(InputError, match="variant 'int8': row 1 holds NaN"):
        unit_rows("int8", np.array([[1.0, 0.0], [np.nan, 0.0]]))
