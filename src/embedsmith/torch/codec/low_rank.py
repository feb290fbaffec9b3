"""Rows as coefficients of a basis, the coefficients stored by any other codec."""

from __future__ import annotations

from torch import Tensor

from embedsmith.embedding.codec import Codec
from embedsmith.torch.stored import StoredEmbedding


class LowRank(StoredEmbedding):
    """A product of two matrices: a basis, which can be trained, and coefficients, as their own module lets them.

    Parameters
    ----------
    inner
        The coefficients, (V, rank) when decoded; its tensors are `inner.NAME` in the state.
    """

    inner: StoredEmbedding
    basis: Tensor

    def __init__(self, codec: Codec, *, inner: StoredEmbedding, trainable: bool) -> None:
        super().__init__(codec, trainable=trainable)
        self.inner = inner

    def decode(self, ids: Tensor) -> Tensor:
        return self.inner.decode(ids) @ self.exact(self.basis)
