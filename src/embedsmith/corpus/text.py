"""From blocks of bytes to text: lines, and documents of plain text files."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from embedsmith.corpus.document import LONGEST, Document
from embedsmith.errors import InputError

_INVALID_SHARE = 0.3  # of the bytes of a first block that are no UTF-8: above, the file is no text


def decode(data: bytes) -> tuple[str, int]:
    """Return `data` as text, each broken sequence as one U+FFFD, and how many bytes were broken."""
    try:
        return data.decode(), 0
    except UnicodeDecodeError:
        return data.decode(errors="replace"), len(data) - len(data.decode(errors="ignore").encode())


def text_blocks(blocks: Iterator[bytes], where: str) -> Iterator[bytes]:
    """Yield the blocks of a text file without its byte order mark.

    Raises
    ------
    InputError
        If the file is binary or in another encoding: it holds a NUL byte, or 30% of its first block is no UTF-8.
    """
    for number, block in enumerate(blocks):
        if b"\0" in block:
            raise InputError(f"{where}: is binary or UTF-16, not UTF-8 text; convert it, or narrow glob")
        if number == 0 and decode(block)[1] > _INVALID_SHARE * len(block):
            raise InputError(f"{where}: is binary or in another encoding, not UTF-8 text; convert it, or narrow glob")
        yield block.removeprefix(codecs.BOM_UTF8) if number == 0 else block


def lines(blocks: Iterator[bytes], where: str) -> Iterator[bytes]:
    r"""Yield the lines of a file, each with its ``\n``.

    Raises
    ------
    InputError
        If a line is longer than 16 MiB.
    """
    pending: list[bytes] = []  # pieces of a line whose end is not read yet
    number = 1
    for block in blocks:
        *complete, last = block.split(b"\n")
        for line in complete:
            yield b"".join([*pending, line, b"\n"])
            pending = []
            number += 1
        pending.append(last)
        if sum(map(len, pending)) > LONGEST:
            raise InputError(f"{where}:{number}: the line is longer than 16 MiB; split it into several documents")
    if any(pending):
        yield b"".join(pending)


def documents(blocks: Iterator[bytes], where: str, part: int) -> Iterator[Document]:
    """Yield a plain text file as one document, or as several of about `part` bytes if it is longer.

    Parts end at line ends; a line longer than a part is cut between words, or else between characters.
    """
    number = 0
    pending = b""
    for block in blocks:
        pending += block
        start = 0
        while len(pending) - start > part:
            end = _cut(pending, start, start + part)
            number += 1
            yield _part(pending[start:end], where, number)
            start = end
        pending = pending[start:]
    if pending or number == 0:
        yield _part(pending, where, number + 1)


def _part(data: bytes, where: str, number: int) -> Document:
    text, replaced = decode(data)
    return Document(where if number == 1 else f"{where}#{number}", text, None, replaced)


def _cut(data: bytes, start: int, stop: int) -> int:
    """Return where to cut between `start` and `stop`: after the last line there, else word, else character."""
    for separator in (b"\n", b" "):
        if end := data.rfind(separator, start, stop) + 1:
            return end
    while stop > start + 1 and data[stop] & 0xC0 == 0x80:  # a byte within a character
        stop -= 1
    return stop
