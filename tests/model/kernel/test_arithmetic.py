from __future__ import annotations

import numpy as np

from embedsmith.compiled import compiled
from embedsmith.model.kernel.arithmetic import sigmoid


@compiled
def _sigmoids(x: np.ndarray, y: np.ndarray) -> None:
    for place in range(len(x)):
        y[place] = sigmoid(x[place])


def sigmoids(x: np.ndarray) -> np.ndarray:
    y = np.empty_like(x)
    _sigmoids(x, y)
    return y


def test_the_sigmoid_of_every_finite_number_is_within_3e_7() -> None:
    from scipy.special import expit

    bits = np.arange(0, 1 << 32, 997, dtype=np.uint64).astype(np.uint32)  # one in 997 of all that float32 has
    numbers = np.concatenate([bits.view(np.float32), np.linspace(-30, 30, 2_000_001, dtype=np.float32)])
    numbers = numbers[np.isfinite(numbers)]
    assert np.abs(numbers).max() > 1e38
    np.testing.assert_allclose(sigmoids(numbers), expit(numbers.astype(np.float64)), rtol=0, atol=3e-7)


def test_the_sigmoid_of_zero_is_a_half_and_that_of_the_negative_its_complement() -> None:
    numbers = np.linspace(-12, 12, 10_001, dtype=np.float32)
    assert sigmoids(np.zeros(1, np.float32)) == 0.5
    np.testing.assert_allclose(sigmoids(numbers) + sigmoids(-numbers), 1, rtol=0, atol=2e-7)
