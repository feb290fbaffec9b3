"""Rows as sums of a few."""

from __future__ import annotations

from torch import Tensor

from embedsmith.torch.codec.packing import unpack
from embedsmith.torch.codec.scales import factors
from embedsmith.torch.stored import StoredEmbedding


class Residual(StoredEmbedding):
    """Residual quantisation. Codebooks, mean and the span of the rows' factors can be trained."""

    codes: Tensor
    codebooks: Tensor
    mean: Tensor
    scales: Tensor
    span: Tensor

    def decode(self, ids: Tensor) -> Tensor:
        stages, entries = self.codebooks.shape[:2]
        codes = unpack(self.codes.index_select(0, ids), stages, entries.bit_length() - 1)
        rows = self.exact(self.mean)
        for stage, codebook in enumerate(self.codebooks):
            rows = rows + self.exact(codebook.index_select(0, codes[:, stage].int()))
        return rows * factors(self.scales.index_select(0, ids), self.exact(self.span))[:, None]
