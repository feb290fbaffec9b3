"""One bit a value: its sign, with a scale for each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from embedsmith.compress.fp16 import half
from embedsmith.embedding import Binary as BinaryCodec
from embedsmith.embedding import Embedding


@dataclass(kw_only=True)
class Binary:
    """The sign of each value times the mean magnitude of its row; the sign of zero is positive.

    The mean of |value| is the scale of least squared error, which it leaves at |row|^2 - dimension * scale^2
    (Rastegari et al. 2016, "XNOR-Net", equation 6). It changes no cosine, but keeps the lengths of rows in proportion.
    A sign says little of values that do not lie around zero: centre them before.
    """

    last: ClassVar[bool] = True

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(binarise)


def binarise(matrix: np.ndarray) -> BinaryCodec:
    """Return the signs of `matrix` (V, d) and the mean magnitude of each row."""
    return BinaryCodec.pack(matrix >= 0, half(np.abs(matrix).mean(axis=1), "binary"))
