"""The words of an artifact, or the pieces of words: one a line in UTF-8, row i on line i + 1."""

from __future__ import annotations

from collections.abc import Sequence

from embedsmith.embedding.errors import FormatError


def encode(words: Sequence[str], name: str = "vocabulary") -> bytes:
    """Return the file of `words`; `name` says in errors what they are.

    Raises
    ------
    FormatError
        If a word is empty, holds a line break, or stands twice.
    """
    for word in words:
        if not word or "\n" in word or "\r" in word:
            raise FormatError(f"{name}: {word!r} cannot be stored, a word is one line that is not empty")
    if len(set(words)) != len(words):
        raise FormatError(f"{name}: {_twice(words)!r} stands twice")
    return "".join(f"{word}\n" for word in words).encode()


def decode(data: bytes, name: str = "vocabulary") -> list[str]:
    """Return the words of a file that `encode` wrote."""
    words = data.decode().split("\n")
    if words.pop() != "" or "" in words:
        raise FormatError(f"{name}: truncated, or with an empty line")
    return words


def _twice(words: Sequence[str]) -> str:
    seen: set[str] = set()
    return next(word for word in words if word in seen or seen.add(word))  # type: ignore[func-returns-value]
