"""The columns of a data set's file: commas, tabs, spaces or JSON, with a header or without."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError
from embedsmith.evaluate.dataset import COLUMNS, DataSet

Line = tuple[str, list[str]]
"""File and line, as errors name them, and the fields."""


def read(dataset: DataSet) -> Iterator[Line]:
    """Yield the fields of `dataset` that its kind has (`COLUMNS`), line by line.

    Commas in a .csv (RFC 4180), unless its first line has a tab; else tabs, or spaces where a line has no tab. A .json
    is a list of objects, or an object of them. Empty lines and those that begin with `#` are skipped.

    Raises
    ------
    InputError
        With file and line: a missing column, a line with fewer of them, or a file that is not what its name says.
    """
    wanted = COLUMNS[dataset.kind]
    if dataset.location.lower().endswith(".json"):
        yield from _objects(dataset, wanted)
        return
    lines = _lines(dataset.read(), dataset.location)
    places = _places(lines, dataset, len(wanted))
    for where, fields in lines:
        if len(fields) <= max(places):
            raise InputError(f"{where}: {len(fields)} columns; {', '.join(wanted)} are needed")
        yield where, [fields[place].strip() for place in places]


def _lines(text: str, where: str) -> Iterator[Line]:
    """Line and fields of each line that holds something."""
    commas = where.lower().endswith(".csv") and "\t" not in text.partition("\n")[0]
    split = _comma_separated(text, where) if commas else _separated(text)
    return ((f"{where}:{number}", fields) for number, fields in split if any(fields) and not fields[0].startswith("#"))


def _comma_separated(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for fields in reader:
            yield reader.line_num, fields
    except csv.Error as error:
        raise InputError(f"{where}:{reader.line_num}: not comma-separated: {error}") from None


def _separated(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        yield number, line.rstrip("\n").split("\t") if "\t" in line else line.split()


def _places(lines: Iterator[Line], dataset: DataSet, count: int) -> list[int]:
    """Places of the columns: numbered, or named in the header, which is the next line; else the first ones."""
    columns = dataset.columns
    if columns is None:
        return list(range(count))
    if all(name.isdecimal() and int(name) for name in columns):
        return [int(name) - 1 for name in columns]
    where, header = next(lines, (f"{dataset.location}:1", []))
    header = [name.strip() for name in header]
    for name in columns:
        if name not in header:
            raise InputError(f"{where}: no column {name!r}{nearest(name, header)}")
    return [header.index(name) for name in columns]


def _objects(dataset: DataSet, wanted: Sequence[str]) -> Iterator[Line]:
    where = dataset.location
    try:
        entries = json.loads(dataset.read())
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"{where}{line}: not JSON: {getattr(error, 'msg', 'nested too deep')}") from None
    for number, entry in enumerate(entries.values() if isinstance(entries, dict) else _list(entries, where), 1):
        place = f"{where}: entry {number}"
        yield place, [_field(entry, name, place) for name in dataset.columns or wanted]


def _list(entries: Any, where: str) -> list[Any]:
    if not isinstance(entries, list):
        raise InputError(f"{where}: must be a list of objects, or an object of them")
    return entries


def _field(entry: Any, name: str, where: str) -> str:
    if not isinstance(entry, dict):
        raise InputError(f"{where}: must be an object with named values")
    if name not in entry:
        raise InputError(f"{where}: no column {name!r}{nearest(name, map(str, entry))}")
    value = entry[name]
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise InputError(f"{where}: {name!r} is {str(value)[:30]!r}, no text or number")
    return str(value).strip()
