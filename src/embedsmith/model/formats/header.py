"""The first line of a word2vec file, `rows dimension`, and how formats are told apart."""

from __future__ import annotations

from typing import NamedTuple

from embedsmith.errors import InputError

HEAD = 1 << 20
"""Bytes that a format is told by: more than a line has."""
GZIP = b"\x1f\x8b"
NPY = b"\x93NUMPY"
FASTTEXT = (793712314).to_bytes(4, "little")
"""How a whole model of fastText begins."""


class Header(NamedTuple):
    """What a word2vec file says of itself."""

    rows: int
    dimension: int


def parse(line: bytes) -> Header | None:
    """Return what a first line says; None if it is no header."""
    fields = line.split()
    if len(fields) != 2 or not all(field.isdigit() and len(field) < 19 for field in fields):
        return None
    return Header(int(fields[0]), int(fields[1]))


def require(line: bytes, where: str) -> Header:
    """Return what a first line says.

    Raises
    ------
    InputError
        If it is no header.
    """
    header = parse(line)
    if header is None:
        raise InputError(f"{where}:1: no header, the number of rows and of values; is it of another format?")
    return header


def detect(head: bytes, where: str) -> str:
    """Tell the format by the first bytes of a file: its magic number, its header, and whether values are decimal.

    A first line of two whole numbers is a header of word2vec; then the line after it is read as text, and if it is
    none the file is binary. A first line of a word and numbers is GloVe's.

    Raises
    ------
    InputError
        If it is none of them.
    """
    if head.startswith(NPY):
        return "npy"
    if head.startswith(FASTTEXT):
        raise InputError(f"{where}: a whole model of fastText; take its vectors instead, a .vec file")
    first, _, rest = head.partition(b"\n")
    if parse(first):
        return "word2vec_text" if _numbers(rest.partition(b"\n")[0]) else "word2vec_binary"
    if _numbers(first):
        return "glove"
    raise InputError(f"{where}: of no known format; give it as `format`, if it has one of them")


def _numbers(line: bytes) -> int:
    """Return how many numbers follow the word of a line; 0 if it is no such line."""
    fields = line.rstrip().split(b" ")[1:]
    return len(fields) if all(is_number(field) for field in fields) else 0


def is_number(field: bytes) -> bool:
    """Say whether a field of a line is a number."""
    try:
        float(field)
    except ValueError:
        return False
    return True
