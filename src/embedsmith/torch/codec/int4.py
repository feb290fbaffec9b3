"""Rows of half bytes, with a scale for each group of columns."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from embedsmith.embedding.codec.int4 import ZERO
from embedsmith.torch.codec.packing import unpack
from embedsmith.torch.stored import StoredEmbedding


class Int4(StoredEmbedding):
    """Codes times the scale of their group, which can be trained."""

    plain: ClassVar[tuple[str, ...]] = ("dimension", "group")

    codes: Tensor
    scales: Tensor
    dimension: int
    group: int

    def decode(self, ids: Tensor) -> Tensor:
        codes = unpack(self.codes.index_select(0, ids), self.dimension, 4)
        scales = self.exact(self.scales.index_select(0, ids))
        if scales.shape[1] > 1:
            scales = scales.repeat_interleave(self.group, dim=1)[:, : self.dimension]
        return (self.exact(codes) - ZERO) * scales
