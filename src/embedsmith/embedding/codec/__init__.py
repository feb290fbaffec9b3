"""How rows are stored, and how the rows that are asked for are decoded: one codec a file."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from embedsmith.embedding.codec.binary import Binary
from embedsmith.embedding.codec.codec import Codec, Ids, Rows
from embedsmith.embedding.codec.dense import Dense
from embedsmith.embedding.codec.int4 import Int4
from embedsmith.embedding.codec.int8 import Int8
from embedsmith.embedding.errors import FormatError

__all__ = ["CODECS", "Binary", "Codec", "Dense", "Ids", "Int4", "Int8", "Rows", "decode"]

CODECS: dict[str, type[Codec]] = {codec.name: codec for codec in (Binary, Dense, Int4, Int8)}


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
