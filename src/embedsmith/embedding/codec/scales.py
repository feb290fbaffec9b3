"""A factor for each row, in one byte."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.codec.codec import Rows
from embedsmith.embedding.errors import FormatError

ZERO = 0
"""The code of a factor of 0; those above it are powers."""


def check(name: str, scales: np.ndarray, span: np.ndarray, rows: int) -> None:
    """Refuse scales that do not decode, in the name of a codec.

    Raises
    ------
    FormatError
        If there is not one byte for each of `rows`, or `span` is not two float32.
    """
    if scales.dtype != np.uint8 or scales.shape != (rows,):
        raise FormatError(f"{name}: needs one uint8 scale a row, got {scales.dtype} {scales.shape}")
    if span.dtype != np.float32 or span.shape != (2,):
        raise FormatError(f"{name}: needs a span of two float32, got {span.dtype} {span.shape}")


def quantise(factors: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Return a byte for each of `factors` (n,), none below 0, and the logarithms of the least and the largest.

    The logarithms are cut evenly into 254 steps, so that the relative error is that of half a step: 1% where
    the largest is a hundred times the least. 0 is exact.
    """
    positive = factors > 0
    logarithms = np.log(factors, where=positive, out=np.zeros_like(factors))
    low, high = (logarithms[positive].min(), logarithms[positive].max()) if positive.any() else (0.0, 0.0)
    step = (high - low) / 254 or 1.0
    codes = np.where(positive, 1 + np.rint((logarithms - low) / step), ZERO)
    return codes.astype(np.uint8), np.array([low, high], dtype=np.float32)


def table(span: npt.NDArray[np.float32]) -> Rows:
    """Return the factor of each byte, (256,)."""
    values = np.zeros(256, dtype=np.float32)
    values[1:] = np.exp(np.linspace(span[0], span[1], 255))
    return values


def factors(scales: npt.NDArray[np.uint8], span: npt.NDArray[np.float32]) -> Rows:
    """Return the factors of `scales` (n,)."""
    values: Rows = table(span)[scales]
    return values
