"""The words of an artifact: `plain`, one word a line in UTF-8, row i on line i + 1."""

from __future__ import annotations

from collections.abc import Sequence

from embedsmith.embedding.errors import FormatError


def encode(words: Sequence[str]) -> bytes:
    """Return the file of `words`.

    Raises
    ------
    FormatError
        If a word is empty, holds a line break, or stands twice.
    """
    for word in words:
        if not word or "\n" in word or "\r" in word:
            raise FormatError(f"vocabulary: {word!r} cannot be stored, a word is one line that is not empty")
    if len(set(words)) != len(words):
        raise FormatError(f"vocabulary: {_twice(words)!r} stands twice")
    return "".join(f"{word}\n" for word in words).encode()


def decode(data: bytes) -> list[str]:
    """Return the words of a file that `encode` wrote."""
    words = data.decode().split("\n")
    if words.pop() != "" or "" in words:
        raise FormatError("vocabulary: truncated, or with an empty line")
    return words


def _twice(words: Sequence[str]) -> str:
    seen: set[str] = set()
    return next(word for word in words if word in seen or seen.add(word))  # type: ignore[func-returns-value]
