"""Rows as they are."""

from __future__ import annotations

from torch import Tensor

from embedsmith.torch.stored import StoredEmbedding


class Dense(StoredEmbedding):
    """A plain matrix; frozen at half precision, if it is stored so."""

    matrix: Tensor

    @property
    def weight(self) -> Tensor:
        """The matrix itself, (num_embeddings, embedding_dim)."""
        return self.matrix

    def decode(self, ids: Tensor) -> Tensor:
        return self.exact(self.matrix.index_select(0, ids))
