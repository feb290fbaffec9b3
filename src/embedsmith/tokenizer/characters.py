"""A word pattern as a table of characters, where it is as simple as that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import regex

POINTS = 0x110000
"""Code points of Unicode."""

PECULIAR = "\u0130\u03a3"
"""The characters that `str.lower` does not turn into one other character, always the same: it makes two of I with a
dot above, and two different ones of the capital sigma, by whether a word ends there."""

OTHER = -1

SIMPLE = regex.compile(r"(\[\^?(?:[^\[\]\\^]|\\.)(?:[^\[\]\\]|\\.)*\]|\\[wS]|\\[pP]\{[^{}]+\})\+", flags=regex.DOTALL)


@dataclass(frozen=True)
class Characters:
    r"""What each character is to words that are runs of one class, such as `[\p{L}\p{M}]+`.

    Attributes
    ----------
    fold
        (POINTS,) int32, by code point: the code point that stands for it in a word, lower-cased where that is asked
        for; OTHER where it is no part of one.
    lowercase
        Whether words are lower-cased. Text with a PECULIAR character must be so before it comes to the table.
    """

    fold: npt.NDArray[np.int32]
    lowercase: bool

    @classmethod
    def of(cls, pattern: str, lowercase: bool) -> Characters | None:
        """Return the table of `pattern`, or None if it is not one class of characters and a +."""
        if not SIMPLE.fullmatch(pattern):
            return None
        everything = np.arange(POINTS, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
        members = _matched(pattern, everything)
        lowered = np.arange(POINTS, dtype=np.int32)
        if lowercase:
            for letter in PECULIAR:
                everything = everything.replace(letter, "x")
            lowered = np.frombuffer(everything.lower().encode("utf-32-le", "surrogatepass"), dtype="<i4")
        return cls(np.where(members[lowered], lowered, OTHER).astype(np.int32), lowercase)


def _matched(pattern: str, text: str) -> npt.NDArray[np.bool_]:
    """Return for each character of `text` whether it lies in a match of `pattern`."""
    found = np.zeros(len(text), dtype=np.bool_)
    for match in regex.finditer(pattern, text):
        found[match.start() : match.end()] = True
    return found
