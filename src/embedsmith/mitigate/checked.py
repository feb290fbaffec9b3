"""What a cure asks of the vectors before it learns from them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError

Rows = npt.NDArray[np.float32]


def checked(embedding: Embedding, link: str, least: int = 1) -> Rows:
    """Return every row of `embedding`, (V, d).

    Raises
    ------
    InputError
        If there are fewer than `least` words, or a value is not finite; `link` says who asks.
    """
    if len(embedding) < least:
        raise InputError(f"{link}: {len(embedding)} words are too few; it needs at least {least}")
    matrix = embedding.matrix()
    finite = np.isfinite(matrix).all(axis=1)
    if not finite.all():
        word = embedding.words[int(np.flatnonzero(~finite)[0])]
        raise InputError(f"{link}: the vector of {word!r} holds NaN or an infinite value; train again")
    return matrix
