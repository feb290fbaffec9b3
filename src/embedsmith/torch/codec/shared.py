"""Rows that several words share, stored by any other codec."""

from __future__ import annotations

from torch import Tensor

from embedsmith.embedding.codec import Codec
from embedsmith.torch.stored import StoredEmbedding, unsigned


class Shared(StoredEmbedding):
    """A number for each row, and the module of those that are stored, which trains as it can.

    What one row learns, all that share its number learn.

    Parameters
    ----------
    inner
        The rows that are stored; its tensors are `inner.NAME` in the state.
    """

    inner: StoredEmbedding
    numbers: Tensor

    def __init__(self, codec: Codec, *, inner: StoredEmbedding, trainable: bool) -> None:
        super().__init__(codec, trainable=trainable)
        self.inner = inner

    def decode(self, ids: Tensor) -> Tensor:
        return self.inner.decode(unsigned(self.numbers.index_select(0, ids)))
