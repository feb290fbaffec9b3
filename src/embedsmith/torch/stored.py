"""What the modules of all codecs share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn

from embedsmith.embedding.codec import Codec
from embedsmith.embedding.codec.codec import INNER

SIGNED = {np.dtype(f"u{size}"): np.dtype(f"i{size}") for size in (2, 4, 8)}
"""Types that PyTorch hardly knows, and what it takes their bytes for; `unsigned` turns numbers back."""


class StoredEmbedding(nn.Module, ABC):
    """Rows by number, like `nn.Embedding`, decoded from how they are stored when they are asked for.

    It holds the arrays of the codec by their names, which are those of its `state_dict`. Frozen, all are buffers, of
    the types and sizes of the artifact. Trainable, those of floating-point numbers are parameters, at single precision:
    the matrix itself, scales, codebooks, the tables of a trellis, the pool and the weights of hash embeddings,
    coefficients and their basis, the values of sparse rows. Codes, columns and hash functions are whole numbers, which
    have no gradient, and stay: a row of bytes can be scaled, no more, but a codebook can learn anew what its codes
    stand for.

    An optimiser such as Adam, whose steps do not shrink with the parameters, needs a rate that fits them: the scales of
    bytes are near 0.01, where the values of a matrix are near 1.

    `.to(type)`, `.half()` and `.double()` change parameters and what comes out. What is frozen stays as it is stored,
    and decoding takes single precision at least.

    Parameters
    ----------
    codec
        The rows; what it holds is copied, for an artifact's arrays lie on the disk.
    trainable
        Whether floating-point arrays are parameters.

    Attributes
    ----------
    num_embeddings, embedding_dim : int
        Rows, and the dimension of one.
    """

    plain: ClassVar[tuple[str, ...]] = ()
    """Arrays of one number, which is an attribute."""

    def __init__(self, codec: Codec, *, trainable: bool) -> None:
        super().__init__()
        self.num_embeddings, self.embedding_dim = codec.shape
        self.register_buffer("_like", torch.empty(0), persistent=False)  # of the type that comes out
        for name, array in codec.arrays.items():
            if name in self.plain:
                setattr(self, name, int(array[0]))
            elif not name.startswith(INNER):
                self._hold(name, array, trainable=trainable)

    _like: Tensor

    def forward(self, ids: Tensor) -> Tensor:
        """Return the rows of `ids`, integers of any shape (*): (*, embedding_dim).

        Raises
        ------
        IndexError
            If a number is below 0, or none of a row; on the processor, as of `nn.Embedding`.
        """
        rows = self.decode(ids.reshape(-1))
        return rows.to(self._like.dtype).reshape(*ids.shape, self.embedding_dim)

    @property
    def weight(self) -> Tensor:
        """All rows, (num_embeddings, embedding_dim), decoded anew each time; with gradients, where there are any."""
        return self.forward(torch.arange(self.num_embeddings, device=self._like.device))

    @abstractmethod
    def decode(self, ids: Tensor) -> Tensor:
        """Return the rows of n `ids`, (n, embedding_dim), in the type of `exact`."""

    def exact(self, stored: Tensor) -> Tensor:
        """Return `stored` as what rows are computed in: single precision, or double if that shall come out."""
        return stored.to(torch.promote_types(torch.float32, self._like.dtype))

    def extra_repr(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}"

    def _hold(self, name: str, array: np.ndarray, *, trainable: bool) -> None:
        tensor = torch.from_numpy(np.array(array.view(SIGNED.get(array.dtype, array.dtype))))
        if trainable and tensor.is_floating_point() and tensor.numel():
            self.register_parameter(name, nn.Parameter(tensor.float()))
        else:
            self.register_buffer(name, tensor)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        # What PyTorch calls to move a module or change its type. Stored arrays move, but keep their types.
        stored = {name: buffer for name, buffer in self._buffers.items() if buffer is not None and name != "_like"}
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        for name, before in stored.items():
            after = self._buffers[name]
            if after is not None and after.dtype != before.dtype:
                self._buffers[name] = before.to(after.device)
        return self


def unsigned(stored: Tensor) -> Tensor:
    """Return, as int64, the whole numbers above 0 that were stored without a sign."""
    size = stored.element_size()
    return stored.long() if size == 8 else stored.long() & ((1 << 8 * size) - 1)
