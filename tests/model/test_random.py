from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.history import History
from embedsmith.model.random import Random
from model.conftest import tokens_of, train


def test_vectors_are_standard_normal_seeded_and_untouched_by_the_text() -> None:
    tokens = tokens_of([[f"w{n}" for n in range(2000)]])
    model = Random(baseline=True, vector_size=50)
    history = History()
    first = train(model, tokens, history=history).matrix()
    assert first.shape == (2000, 50)
    assert abs(first.mean()) < 0.02
    assert first.std() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(first, train(model, tokens).matrix())
    assert not np.array_equal(first, train(model, tokens, seed=2).matrix())
    assert history.points == []


def test_no_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="vector_size: must be at least 1, not 0"):
        Random(baseline=True, vector_size=0)
