"""Four bits a value, with a scale for each group of columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from embedsmith.compress.fp16 import half
from embedsmith.embedding import Embedding
from embedsmith.embedding import Int4 as Int4Codec

LARGEST = 7
"""Codes go from -7 to 7, so that zero is exact."""
FACTORS = np.linspace(1, 0.5, 26, dtype=np.float32)
"""The grid of `least_error`: parts of the scale at which nothing is clipped, in steps of 0.02."""
SCALES = ("max", "least_error")
BLOCK = 4096
"""Rows quantised at a time: the trials of the grid stay in the processor's cache."""


@dataclass(kw_only=True)
class Int4:
    """Symmetric linear quantisation of each group of columns of each row: code = round(value / scale), from -7 to 7.

    Parameters
    ----------
    group
        Columns that share a scale, two bytes each; null for the whole row.
    scale
        `max`: max |value| / 7, rounded up to half precision. No value is clipped, the error is at most half a scale.
        `least_error`: of 1, 0.98, 0.96, ... 0.5 times max |value| / 7, each rounded up to half precision, the one
        of the least squared error in the group; of equal ones the largest. With 15 codes it may pay to clip the
        largest values, for all others become more exact (Banner et al. 2019, "Post training 4-bit quantization of
        convolutional networks for rapid-deployment", analytical clipping; here the best clipping is tried out).
    """

    group: int | None
    scale: str

    last: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.group is not None and self.group < 1:
            raise ValueError(f"group: must be at least 1, or null for the whole row, not {self.group}")
        if self.scale not in SCALES:
            raise ValueError(f"scale: must be one of {', '.join(SCALES)}, not {self.scale!r}")

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        group = min(self.group or embedding.dimension, embedding.dimension)
        factors = FACTORS if self.scale == "least_error" else FACTORS[:1]
        return embedding.converted(lambda rows: Int4Codec.pack(*quantise(rows, group, factors), group))


def quantise(matrix: np.ndarray, group: int, factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return int8 codes (V, d) and float16 scales (V, groups) of `matrix` (V, d): codes * scales is near it.

    Parameters
    ----------
    group
        Columns that share a scale.
    factors
        The scales that are tried, as parts of max |value| / 7; that of the least squared error is taken.
    """
    size, dimension = matrix.shape
    groups = -(-dimension // group)
    codes = np.zeros((size, groups, group), dtype=np.int8)
    scales = np.zeros((size, groups), dtype=np.float16)
    for start in range(0, size, BLOCK):
        block = np.zeros(codes[start : start + BLOCK].shape, dtype=np.float32)  # zeros fill the last group
        block.reshape(len(block), -1)[:, :dimension] = matrix[start : start + BLOCK]
        unclipped = np.abs(block).max(axis=2) / LARGEST
        least = np.full(unclipped.shape, np.inf, dtype=np.float32)
        for factor in factors:
            tried = _half_above(unclipped * factor)
            widths = tried.astype(np.float32)[:, :, None]
            rounded = np.rint(block / np.where(widths > 0, widths, np.float32(1))).clip(-LARGEST, LARGEST)
            errors = np.square(rounded * widths - block).sum(axis=2)
            better = errors < least
            least[better] = errors[better]
            scales[start : start + BLOCK][better] = tried[better]
            codes[start : start + BLOCK][better] = rounded[better]
    return codes.reshape(size, -1)[:, :dimension], scales


def _half_above(scales: np.ndarray) -> np.ndarray:
    """Return `scales` rounded up to half precision: a smaller one would clip the largest value."""
    nearest = half(scales, "int4")
    above: np.ndarray = np.where(nearest < scales, np.nextafter(nearest, np.float16(np.inf)), nearest)
    return above
