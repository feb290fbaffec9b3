"""Vectors for words outside the vocabulary: the mean of the rows of a word's units, of n-grams or of pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.codec import Codec
from embedsmith.embedding.errors import FormatError
from embedsmith.embedding.ngrams import NGrams
from embedsmith.embedding.pieces import Pieces


class Fallback(Protocol):
    """Rows of units, and the units of any word."""

    kind: ClassVar[str]

    @property
    def codec(self) -> Codec:
        """The rows of the units, of the same dimension as those of the words."""
        ...

    @property
    def settings(self) -> dict[str, Any]:
        """What tells the units of a word, by name; JSON has a form for it."""
        ...

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What is stored beside the rows, by name."""
        ...

    @property
    def strings(self) -> dict[str, Sequence[str]]:
        """What is stored as text, by name: at most one list."""
        ...

    def units(self, word: str) -> npt.NDArray[np.int64]:
        """Return the row of each unit of `word` that has one; repeated where the unit is."""
        ...

    def with_codec(self, codec: Codec) -> Self:
        """Return the same units with other rows."""
        ...

    def of_rows(self, places: npt.NDArray[np.int64]) -> Self:
        """Return the units of the rows `places`, ascending, and no others; the rows as float32."""
        ...


KINDS: dict[str, type[NGrams] | type[Pieces]] = {kind.kind: kind for kind in (NGrams, Pieces)}


def decode(
    kind: str,
    codec: Codec,
    settings: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
    strings: Mapping[str, Sequence[str]],
) -> Fallback:
    """Return the fallback `kind` of what it stored.

    Raises
    ------
    FormatError
        If the kind is unknown, or what was stored is not what it stores.
    """
    if kind not in KINDS:
        raise FormatError(f"fallback {kind!r} is unknown to this version; known: {', '.join(sorted(KINDS))}")
    stored: dict[str, Any] = {**settings, **arrays, **strings}
    try:
        return KINDS[kind](codec=codec, **stored)
    except (TypeError, AttributeError):
        raise FormatError(f"fallback {kind!r} does not store {', '.join(sorted(stored))}") from None
