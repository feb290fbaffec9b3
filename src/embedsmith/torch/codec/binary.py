"""Rows of signs, each with a scale."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from embedsmith.torch.stored import StoredEmbedding


class Binary(StoredEmbedding):
    """Signs times the scale of their row, which can be trained."""

    plain: ClassVar[tuple[str, ...]] = ("dimension",)

    bits: Tensor
    scales: Tensor
    dimension: int

    def decode(self, ids: Tensor) -> Tensor:
        packed, scales = self.bits.index_select(0, ids), self.scales.index_select(0, ids)
        places = torch.arange(7, -1, -1, dtype=torch.uint8, device=packed.device)  # the highest bit is the first
        ones = (packed[:, :, None] >> places & 1).reshape(len(packed), 8 * packed.shape[1])[:, : self.dimension]
        return (self.exact(ones) * 2 - 1) * self.exact(scales)[:, None]
