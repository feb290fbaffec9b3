"""A row of a file of vectors, and what may be wrong with any of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError


class Row(NamedTuple):
    """The vector of a wanted word.

    Attributes
    ----------
    id
        What the word is wanted as.
    values
        (d,), single precision.
    place
        File and line, byte or row, for errors.
    """

    id: int
    values: npt.NDArray[np.float32]
    place: str


def require_dimension(found: int, wanted: int, where: str) -> None:
    """Raise `InputError` unless the vectors of the file fit the model."""
    if found != wanted:
        raise InputError(
            f"{where}: holds vectors of {found} values, and vector_size is {wanted}; make it {found}, or take others"
        )


def decode(word: bytes, place: str) -> str:
    """Return the text of a word.

    Raises
    ------
    InputError
        If it is empty or not UTF-8.
    """
    try:
        text = word.decode()
    except UnicodeDecodeError:
        raise InputError(f"{place}: {word[:30]!r} is not UTF-8; convert the file") from None
    if not text:
        raise InputError(f"{place}: no word before the values; mend the file, or take another")
    return text
