"""A factor for each row, in one byte."""

from __future__ import annotations

import torch
from torch import Tensor

from embedsmith.embedding.codec.scales import ZERO


def factors(scales: Tensor, span: Tensor) -> Tensor:
    """Return the factors of `scales` (n,) uint8: powers, evenly from the first to the second logarithm in `span` (2,).

    The gradient of `span` makes all rows longer or shorter, or the long ones more than the short ones.
    """
    low, high = span
    steps = (scales.to(span.dtype) - 1) / 254
    return torch.where(scales == ZERO, 0.0, torch.exp(low + (high - low) * steps))
