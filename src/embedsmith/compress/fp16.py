"""Half precision: two bytes a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from embedsmith.embedding import Dense, Embedding
from embedsmith.errors import InputError


@dataclass(kw_only=True)
class FP16:
    """IEEE 754 half precision: a relative error of at most 2^-11 for values in [6.1e-5, 65504]."""

    last: ClassVar[bool] = True

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(half)


def half(matrix: np.ndarray) -> Dense:
    """Return `matrix` (n, d) at half precision.

    Raises
    ------
    InputError
        If a value would become infinite.
    """
    largest = float(np.abs(matrix).max(initial=0.0))
    if largest > float(np.finfo(np.float16).max):
        raise InputError(f"fp16: a value of {largest:.3g} is beyond half precision; scale the vectors, or use int8")
    return Dense(matrix.astype(np.float16))
