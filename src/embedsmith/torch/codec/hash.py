"""Rows composed out of a pool that all of them share."""

from __future__ import annotations

import torch
from torch import Tensor

from embedsmith.embedding.codec.hash import PRIME
from embedsmith.torch.stored import StoredEmbedding


class Hash(StoredEmbedding):
    """A weighted sum of rows of the pool. Pool and weights can be trained, as in the paper.

    Svenstrup, Hansen & Winther (2017), "Hash embeddings for efficient word representations", section 3; without
    weights and with one function it is the hashing trick.
    """

    pool: Tensor
    functions: Tensor
    weights: Tensor

    def decode(self, ids: Tensor) -> Tensor:
        multipliers, offsets = self.functions.T
        buckets = (ids.long()[:, None] * multipliers + offsets) % PRIME % len(self.pool)
        weights = self.weights
        if not weights.shape[1]:  # each is 1: one number that is read for every row, if there is such a row
            weights = torch.ones(1, 1, device=ids.device).expand(self.num_embeddings, buckets.shape[1])
        weights = self.exact(weights.index_select(0, ids))
        drawn = self.exact(self.pool.index_select(0, buckets.reshape(-1))).view(*buckets.shape, self.embedding_dim)
        return (drawn * weights[:, :, None]).sum(dim=1)
