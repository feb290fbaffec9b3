"""Rows of bytes, each with a scale."""

from __future__ import annotations

from torch import Tensor

from embedsmith.torch.stored import StoredEmbedding


class Int8(StoredEmbedding):
    """Codes times the scale of their row, which can be trained."""

    codes: Tensor
    scales: Tensor

    def decode(self, ids: Tensor) -> Tensor:
        codes, scales = self.codes.index_select(0, ids), self.scales.index_select(0, ids)
        return self.exact(codes) * self.exact(scales)[:, None]
