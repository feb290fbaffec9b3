"""What protocols ask of an embedding: the rows of words, and vectors free of NaN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.metrics.similarity import Ids, Unit, unit


def rows(words: Iterable[str], index: Mapping[str, int]) -> Ids:
    """Row of each word in the vocabulary, -1 for an unknown one.

    A word is looked up as it is written, then lower-cased: sets write `Athens`, and most vocabularies are
    lower-case.
    """
    found = [index.get(word, index.get(word.lower(), -1)) for word in words]
    return np.asarray(found, dtype=np.int64)


def unit_rows(variant: str, vectors: npt.ArrayLike) -> Unit:
    """Return the `vectors` (n, d) of `variant` at length 1; zero rows stay zero.

    Raises
    ------
    InputError
        If a value is not finite, naming the variant.
    """
    try:
        return unit(vectors)
    except ValueError as error:
        raise InputError(f"variant {variant!r}: {error}; train again with a lower learning rate") from None
