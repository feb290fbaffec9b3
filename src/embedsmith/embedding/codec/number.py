"""A number that a codec stores beside its arrays, where their shapes do not tell it."""

from __future__ import annotations

import numpy as np

from embedsmith.embedding.errors import FormatError


def as_array(number: int) -> np.ndarray:
    """Return `number` as it is stored: int64, (1,)."""
    return np.array([number], dtype=np.int64)


def as_number(stored: np.ndarray, name: str) -> int:
    """Return the number that `as_array` stored, at least 1.

    Raises
    ------
    FormatError
        If it is none; `name` says which.
    """
    if stored.dtype != np.int64 or stored.shape != (1,) or stored[0] < 1:
        raise FormatError(f"{name}: needs one int64 of at least 1, got {stored.dtype} {stored.shape}")
    return int(stored[0])
