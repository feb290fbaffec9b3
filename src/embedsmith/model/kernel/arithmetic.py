"""The small arithmetic that kernels share."""

from __future__ import annotations

import numpy as np

from embedsmith.compiled import compiled

f4 = np.float32
LINE = 16
"""Float32 values of a 64-byte cache line."""


@compiled
def sigmoid(x: np.float32) -> np.float32:
    """Return 1 / (1 + exp(-x)), within 2e-7: (1 + tanh(x / 2)) / 2, tanh by the rational function that Eigen uses."""
    y = min(max(x * f4(0.5), f4(-9)), f4(9))
    z = y * y
    p = f4(-2.76076847742355e-16)
    p = p * z + f4(2.00018790482477e-13)
    p = p * z + f4(-8.60467152213735e-11)
    p = p * z + f4(5.12229709037114e-08)
    p = p * z + f4(1.48572235717979e-05)
    p = p * z + f4(6.37261928875436e-04)
    p = p * z + f4(4.89352455891786e-03)
    q = f4(1.19825839466702e-06)
    q = q * z + f4(1.18534705686654e-04)
    q = q * z + f4(2.26843463243900e-03)
    q = q * z + f4(4.89352518554385e-03)
    return f4(0.5) + f4(0.5) * y * p / q
