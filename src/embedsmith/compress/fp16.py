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
        return embedding.converted(lambda rows: Dense(half(rows, "fp16")))


def half(values: np.ndarray, link: str) -> np.ndarray:
    """Return `values` at half precision, each rounded to the nearest.

    Raises
    ------
    InputError
        If a value would become infinite; `link` says whose.
    """
    largest = float(np.abs(values).max(initial=0.0))
    if largest > float(np.finfo(np.float16).max):
        raise InputError(f"{link}: a value of {largest:.3g} is beyond half precision; scale the vectors, or use int8")
    return values.astype(np.float16)
