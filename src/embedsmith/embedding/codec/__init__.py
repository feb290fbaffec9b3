"""How rows are stored, and how the rows that are asked for are decoded: one codec a file."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from embedsmith.embedding.codec.codec import Codec, Ids, Rows
from embedsmith.embedding.codec.dense import Dense
from embedsmith.embedding.codec.hash import Hash
from embedsmith.embedding.codec.int8 import Int8
from embedsmith.embedding.codec.pq import PQ
from embedsmith.embedding.codec.residual import Residual
from embedsmith.embedding.errors import FormatError

__all__ = ["CODECS", "PQ", "Codec", "Dense", "Hash", "Ids", "Int8", "Residual", "Rows", "decode"]

CODECS: dict[str, type[Codec]] = {codec.name: codec for codec in (Dense, Int8, PQ, Residual, Hash)}


def decode(name: str, arrays: Mapping[str, np.ndarray]) -> Codec:
    """Return the codec `name` over its stored `arrays`.

    Raises
    ------
    FormatError
        If the codec is unknown, or its arrays are not the ones that it stores.
    """
    if name not in CODECS:
        raise FormatError(f"codec {name!r} is unknown to this version; known: {', '.join(sorted(CODECS))}")
    try:
        return CODECS[name](**arrays)
    except TypeError:
        raise FormatError(f"codec {name!r} does not store {', '.join(sorted(arrays))}") from None
