"""Vectors in word2vec's binary format: a header line, then each word, a space and its values, little-endian float32."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO

import numpy as np

from embedsmith.errors import InputError
from embedsmith.model.formats import header as head
from embedsmith.model.formats.row import Row, decode, require_dimension

BLOCK = 1 << 20
"""Bytes read at a time."""
LONGEST = 1 << 16
"""Bytes of a word."""


def word2vec(stream: IO[bytes], wanted: Mapping[str, int], dimension: int, where: str) -> Iterator[Row]:
    """Yield the rows of `wanted` words.

    A line break before a word, which the original tool writes and gensim does not, is no part of it. The format has
    no way to write a word that holds a space: such a file is out of step from there on, and refused.

    Raises
    ------
    InputError
        If there is no header, a word is not UTF-8, or the file ends before or goes on after the rows that the header
        promises.
    """
    line = stream.readline(BLOCK)
    promised = head.require(line, where)
    require_dimension(promised.dimension, dimension, where)
    size, buffer, at, offset = 4 * dimension, b"", 0, len(line)  # `offset` of the buffer in the file
    for row in range(promised.rows):
        while (space := buffer.find(b" ", at)) < 0 or space + 1 + size > len(buffer):
            if space < 0 and len(buffer) - at > LONGEST:
                raise InputError(f"{where}: byte {offset + at}: no word in {LONGEST} bytes; is it of another format?")
            block = stream.read(BLOCK)
            if not block:
                raise InputError(
                    f"{where}: ends at byte {offset + len(buffer)}, after {row} of the {promised.rows} rows that its"
                    " header promises; it was cut off, get it again"
                )
            offset, buffer, at = offset + at, buffer[at:] + block, 0
        place = f"{where}: byte {offset + at}"
        text = decode(buffer[at:space].lstrip(b"\n"), place)
        if (id_ := wanted.get(text)) is not None:
            yield Row(id_, np.frombuffer(buffer, "<f4", dimension, space + 1).astype(np.float32), place)
        at = space + 1 + size
    if (buffer[at:] + stream.read(2)).strip(b"\n"):
        raise InputError(
            f"{where}: byte {offset + at}: goes on after the {promised.rows} rows that its header promises; mend it"
        )
