"""Documents out of rows with named columns: JSON lines, CSV, TSV and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from embedsmith.corpus.document import LONGEST, Document
from embedsmith.corpus.text import decode
from embedsmith.errors import InputError


@dataclass(frozen=True)
class Columns:
    """Names of the columns that hold the text, and the id and the date if there are any."""

    text: str
    id: str | None
    date: str | None

    def check(self, present: Iterable[str], where: str) -> None:
        """Raise `InputError` unless all are among those `present`."""
        present = list(present)
        for key, column in (("text", self.text), ("id", self.id), ("date", self.date)):
            if column is not None and column not in present:
                raise InputError(
                    f"{where}: has no column {column!r}, which {key} names; it has {', '.join(map(repr, present))}"
                )


def json_lines(lines: Iterator[bytes], columns: Columns, where: str) -> Iterator[Document]:
    """Yield one document a line of JSON; empty lines are passed over, a missing id or date is none.

    Raises
    ------
    InputError
        If a line is no JSON object, or has no text.
    """
    for number, line in enumerate(lines, 1):
        text, replaced = decode(line)
        if text.isspace():
            continue
        place = f"{where}:{number}"
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep or a number too long"
            raise InputError(f"{place}: is no JSON: {reason}") from None
        if not isinstance(row, dict):
            raise InputError(f"{place}: is no JSON object but {text.strip()[:30]!r}")
        Columns(columns.text, None, None).check(row, place)
        yield document(row, columns, place, replaced)


def delimited(
    lines: Iterator[bytes], columns: Columns, where: str, *, tabs: bool, header: list[str] | None = None
) -> Iterator[Document]:
    """Yield one document a row of a table whose first line names the columns.

    Parameters
    ----------
    header
        The names of the columns of a table whose first line does not.
    tabs
        True for TSV, where a quote is a character as any other (as text/tab-separated-values is registered), False
        for CSV (RFC 4180).

    Raises
    ------
    InputError
        If a named column is missing, or a quote is never closed.
    """
    broken = [0]  # bytes replaced since the last row
    ended = []

    def decoded() -> Iterator[str]:
        for line in lines:
            text, replaced = decode(line)
            broken[0] += replaced
            yield text
        if not tabs:  # a last quote: it is a row of its own, unless it closes one that was left open
            ended.append(True)
            yield '"'

    csv.field_size_limit(LONGEST)
    reader = csv.reader(decoded(), delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(decoded())
    names = header
    begin = 1
    try:
        if names is not None:
            columns.check(names, where)
        for row in reader:
            if ended and row == [""]:
                return
            if names is None:
                names = row
                columns.check(names, where)
            elif row:  # else an empty line
                replaced, broken[0] = broken[0], 0
                yield document(dict(zip(names, row, strict=False)), columns, f"{where}:{begin}", replaced)
            begin = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{where}:{begin}: is no table: {error}") from None
    if ended:
        raise InputError(f"{where}: ends within a quote; look for one that is never closed before line {begin}")


def parquet(path: Path, columns: Columns, where: str) -> Iterator[Document]:
    """Yield one document a row of a Parquet file, read a few rows at a time.

    Raises
    ------
    InputError
        If the file is no Parquet, a named column is missing, or the text column holds no text.
    """
    try:
        with pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
            columns.check(file.schema_arrow.names, where)
            kind = file.schema_arrow.field(columns.text).type
            if not _is_text(kind):
                raise InputError(f"{where}: column {columns.text!r} holds {kind}, not text")
            wanted = [name for name in (columns.text, columns.id, columns.date) if name is not None]
            number = 0
            for batch in file.iter_batches(batch_size=64, columns=wanted, use_threads=False):
                for values in zip(*(_bytes(batch.column(name)) for name in wanted), strict=True):
                    number += 1
                    cells = [(None, 0) if value is None else decode(value) for value in values]
                    row = {name: cell for name, (cell, _) in zip(wanted, cells, strict=True)}
                    yield document(row, columns, f"{where}:{number}", sum(broken for _, broken in cells))
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{where}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _bytes(column: pa.Array) -> list[bytes | None]:
    """Return the values as the bytes of their text, which Parquet does not promise to be UTF-8."""
    if not _is_text(column.type):  # a number or a date
        column = column.cast(pa.string())
    values: list[bytes | None] = column.cast(pa.binary()).to_pylist()
    return values


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(test(kind) for test in (*tests, pa.types.is_binary, pa.types.is_large_binary))


def document(row: dict[str, Any], columns: Columns, place: str, replaced: int) -> Document:
    """Return the document that a row holds; an empty text is one too.

    Raises
    ------
    InputError
        If the text is no text.
    """
    text = row.get(columns.text)
    if text is not None and not isinstance(text, str):
        raise InputError(f"{place}: {columns.text!r} holds {repr(text)[:30]}, not text")
    name = None if columns.id is None else row.get(columns.id)
    date = None if columns.date is None else row.get(columns.date)
    return Document(
        id=place if name is None else str(name),
        text=text or "",
        date=None if date is None else str(date),
        replaced=replaced,
    )
