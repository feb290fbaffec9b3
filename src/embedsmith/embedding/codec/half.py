"""Half precision to single, by whole-number operations on the bits."""

from __future__ import annotations

import numpy as np

from embedsmith.embedding.codec.codec import Rows

PLACES = 13
"""Bits of a float32's fraction that a float16's lacks."""
SIGN_AND_VALUE = np.int32(-(0x7 << 28) - 1)
"""All bits but the three copies of the sign that widening leaves between the sign and the value."""
BIAS = np.float32(2.0**112)
"""Two to the difference of what the formats add to an exponent, 127 - 15."""
LARGEST = np.float32(65504)
"""The largest finite float16; what is not finite comes out above it."""


def single(values: np.ndarray) -> Rows:
    """Return float16 `values` as float32, exactly as `astype` does: in a new array, several times faster."""
    bits = values.view(np.int16).astype(np.int32)
    bits <<= PLACES
    bits &= SIGN_AND_VALUE
    wide: Rows = bits.view(np.float32)
    wide *= BIAS
    if wide.max(initial=0) > LARGEST or wide.min(initial=0) < -LARGEST:
        return values.astype(np.float32)
    return wide
