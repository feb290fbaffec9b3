"""Whole numbers of a few bits each, out of bytes."""

from __future__ import annotations

import torch
from torch import Tensor


def unpack(packed: Tensor, count: int, bits: int) -> Tensor:
    """Return the `count` codes a row, (n, count) uint8, of `packed` (n, bytes); the first has the lowest bits."""
    if bits == 8:
        return packed
    if bits == 4:  # as below, several times faster
        return torch.stack([packed & 15, packed >> 4], dim=2).reshape(len(packed), 2 * packed.shape[1])[:, :count]
    places = torch.arange(8, dtype=torch.uint8, device=packed.device)
    ones = (packed[:, :, None] >> places & 1).reshape(len(packed), 8 * packed.shape[1])[:, : count * bits]
    return (ones.reshape(len(packed), count, bits) << places[:bits]).sum(dim=2, dtype=torch.uint8)
