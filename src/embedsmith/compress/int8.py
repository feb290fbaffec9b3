"""Eight bits a value, with a scale for each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from embedsmith.embedding import Embedding
from embedsmith.embedding import Int8 as Int8Codec


@dataclass(kw_only=True)
class Int8:
    """Symmetric linear quantisation of each row: code = round(value / scale), scale = max |value| / 127.

    The range is -127 to 127, so that zero is exact and the error is at most half a scale. A scale for each
    row keeps short vectors as exact as long ones; it costs four bytes a row.
    """

    last: ClassVar[bool] = True

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(lambda rows: Int8Codec(*quantise(rows)))


def quantise(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return int8 codes (V, d) and float32 scales (V,) of `matrix` (V, d), so that codes * scales is near it."""
    scales = (np.abs(matrix).max(axis=1, initial=0.0) / 127).astype(np.float32)
    divisor = np.where(scales > 0, scales, np.float32(1))
    codes = np.rint(matrix / divisor[:, None]).clip(-127, 127).astype(np.int8)
    return codes, scales
