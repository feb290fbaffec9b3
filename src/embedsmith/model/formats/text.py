"""Vectors as text: a word and its values on each line, as word2vec, fastText (.vec) and GloVe write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.model.formats import header as head
from embedsmith.model.formats.row import Row, decode, require_dimension

LONGEST = 1 << 20
"""Bytes of a line."""


def word2vec(stream: IO[bytes], wanted: Mapping[str, int], dimension: int, where: str) -> Iterator[Row]:
    """Yield the rows of `wanted` words of a file with a header, that of fastText's .vec files too.

    Raises
    ------
    InputError
        As `glove`, and if the rows are not as many as the header says.
    """
    promised = head.require(stream.readline(LONGEST), where)
    require_dimension(promised.dimension, dimension, where)
    number = 1
    for number, line in _lines(stream, where, 2):
        if number - 1 > promised.rows:
            raise InputError(f"{where}:{number}: a row more than the {promised.rows} that the header promises; mend it")
        yield from _row(line, wanted, dimension, f"{where}:{number}")
    if number - 1 < promised.rows:
        raise InputError(
            f"{where}: ends after {number - 1} of the {promised.rows} rows that its header promises; get it again"
        )


def glove(stream: IO[bytes], wanted: Mapping[str, int], dimension: int, where: str) -> Iterator[Row]:
    """Yield the rows of `wanted` words of a file without a header; its first line tells the number of values.

    Raises
    ------
    InputError
        If a line holds another number of values, something that is no number, or what is not UTF-8; or the file ends
        within a line.
    """
    for number, line in _lines(stream, where, 1):
        if number == 1:
            require_dimension(line.count(b" "), dimension, where)
        yield from _row(line, wanted, dimension, f"{where}:{number}")


def _lines(stream: IO[bytes], where: str, first: int) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number, its end and what is blank before that cut off."""
    number = first
    while line := stream.readline(LONGEST):
        if not line.endswith(b"\n"):
            why = "is longer than 1 MiB" if len(line) == LONGEST else "has no end: the file was cut off, get it again"
            raise InputError(f"{where}:{number}: the line {why}")
        yield number, line.rstrip(b" \r\n")
        number += 1


def _row(line: bytes, wanted: Mapping[str, int], dimension: int, place: str) -> Iterator[Row]:
    """Yield the row of a line, if its word is wanted; of the others only the number of values is looked at."""
    word, _, values = line.partition(b" ")
    if line.count(b" ") != dimension:
        word, values = _split(line, dimension, place)
    text = decode(word, place)
    if (id_ := wanted.get(text)) is not None:
        yield Row(id_, _parse(values, place), place)


def _split(line: bytes, dimension: int, place: str) -> tuple[bytes, bytes]:
    """Return word and values of a line with more spaces than values, for GloVe has words such as `. . .`."""
    fields = line.split(b" ")
    spaced = len(fields) - 1 - dimension
    if spaced < 0 or head.is_number(fields[spaced]):
        raise InputError(f"{place}: {len(fields) - 1} values where {dimension} are expected; mend the line")
    return b" ".join(fields[: spaced + 1]), b" ".join(fields[spaced + 1 :])


def _parse(values: bytes, place: str) -> npt.NDArray[np.float32]:
    try:
        numbers = [float(field) for field in values.split(b" ")]
    except ValueError as error:
        raise InputError(f"{place}: {str(error).partition(': ')[2]} is no number; mend the line") from None
    with np.errstate(over="ignore"):  # what becomes infinite is refused as infinite
        return np.array(numbers, dtype=np.float32)
