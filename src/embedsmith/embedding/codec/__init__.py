"""How rows are stored, and how the rows that are asked for are decoded: one codec a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from embedsmith.embedding.codec.binary import Binary
from embedsmith.embedding.codec.codec import INNER, NESTED, Codec, Ids, Rows
from embedsmith.embedding.codec.dense import Dense
from embedsmith.embedding.codec.hash import Hash
from embedsmith.embedding.codec.int4 import Int4
from embedsmith.embedding.codec.int8 import Int8
from embedsmith.embedding.codec.low_rank import LowRank
from embedsmith.embedding.codec.pq import PQ
from embedsmith.embedding.codec.residual import Residual
from embedsmith.embedding.codec.shared import Shared
from embedsmith.embedding.codec.sparse import Sparse
from embedsmith.embedding.codec.trellis import Trellis
from embedsmith.embedding.errors import FormatError

__all__ = [
    "CODECS",
    "PQ",
    "Binary",
    "Codec",
    "Dense",
    "Hash",
    "Ids",
    "Int4",
    "Int8",
    "LowRank",
    "Residual",
    "Rows",
    "Shared",
    "Sparse",
    "Trellis",
    "decode",
]

CODECS: dict[str, type[Codec]] = {
    **{codec.name: codec for codec in (Binary, Dense, Hash, Int4, Int8, PQ, Residual, Sparse, Trellis)},
    **{codec.kind: codec for codec in (LowRank, Shared)},
}
"""By name; of a codec that holds another, by its part of the name."""


def decode(name: str, arrays: Mapping[str, np.ndarray]) -> Codec:
    """Return the codec `name` over its stored `arrays`.

    Raises
    ------
    FormatError
        If the codec is unknown, or its arrays are not the ones that it stores.
    """
    kind, _, held = str(name).partition(NESTED)
    if kind not in CODECS:
        raise FormatError(f"codec {name!r} is unknown to this version; known: {', '.join(sorted(CODECS))}")
    if held.count(NESTED) > (kind == Shared.kind) or held.startswith(Shared.kind):
        raise FormatError(f"codec {name!r} is nested too deep; a codec that is held holds none")
    of_inner = {array: value for array, value in arrays.items() if held and array.startswith(INNER)}
    own: dict[str, Any] = {array: value for array, value in arrays.items() if array not in of_inner}
    inner: dict[str, Any] = {}
    if held:
        inner["inner"] = decode(held, {array.removeprefix(INNER): value for array, value in of_inner.items()})
    try:
        return CODECS[kind](**inner, **own)
    except TypeError:
        raise FormatError(f"codec {name!r} does not store {', '.join(sorted(arrays))}") from None
