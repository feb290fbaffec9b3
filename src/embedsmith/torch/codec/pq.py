"""Rows of sub-vectors, each one of a few."""

from __future__ import annotations

import torch
from torch import Tensor

from embedsmith.torch.codec.packing import unpack
from embedsmith.torch.codec.scales import factors
from embedsmith.torch.stored import StoredEmbedding


class PQ(StoredEmbedding):
    """Product quantisation. Centroids and the span of the rows' factors can be trained; the codes stay."""

    codes: Tensor
    codebook: Tensor
    cuts: Tensor
    scales: Tensor
    span: Tensor

    def decode(self, ids: Tensor) -> Tensor:
        parts, bits = len(self.cuts) - 1, len(self.codebook).bit_length() - 1
        codes = unpack(self.codes.index_select(0, ids), parts, bits)
        columns = torch.arange(self.embedding_dim, dtype=self.cuts.dtype, device=self.cuts.device)
        part = torch.bucketize(columns, self.cuts[1:], right=True)  # of each column
        rows = self.exact(self.codebook).gather(0, codes.long()[:, part])
        return rows * factors(self.scales.index_select(0, ids), self.exact(self.span))[:, None]
