"""The module of each codec, by the same name in a file of the same name."""

from __future__ import annotations

from typing import Any

from embedsmith import embedding
from embedsmith.embedding import Codec
from embedsmith.torch.codec.binary import Binary
from embedsmith.torch.codec.dense import Dense
from embedsmith.torch.codec.hash import Hash
from embedsmith.torch.codec.int4 import Int4
from embedsmith.torch.codec.int8 import Int8
from embedsmith.torch.codec.low_rank import LowRank
from embedsmith.torch.codec.pq import PQ
from embedsmith.torch.codec.residual import Residual
from embedsmith.torch.codec.shared import Shared
from embedsmith.torch.codec.sparse import Sparse
from embedsmith.torch.codec.trellis import Trellis
from embedsmith.torch.stored import StoredEmbedding

MODULES: dict[type[Codec], type[StoredEmbedding]] = {
    embedding.Binary: Binary,
    embedding.Dense: Dense,
    embedding.Hash: Hash,
    embedding.Int4: Int4,
    embedding.Int8: Int8,
    embedding.LowRank: LowRank,
    embedding.PQ: PQ,
    embedding.Residual: Residual,
    embedding.Shared: Shared,
    embedding.Sparse: Sparse,
    embedding.Trellis: Trellis,
}


def module(codec: Codec, *, trainable: bool = False) -> StoredEmbedding:
    """Return the module of stored rows: those of an embedding's words, or of the units of unseen ones.

    Raises
    ------
    TypeError
        If there is none for the codec.
    """
    if type(codec) not in MODULES:
        raise TypeError(f"codec {codec.name!r} has no module; store the rows by another, for example fp16")
    held: dict[str, Any] = {}
    if isinstance(codec, embedding.LowRank | embedding.Shared):
        held["inner"] = module(codec.inner, trainable=trainable)
    return MODULES[type(codec)](codec, trainable=trainable, **held)
