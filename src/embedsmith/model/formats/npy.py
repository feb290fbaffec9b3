"""Vectors as a NumPy matrix, and their words as the one column of a Parquet file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from tokenize import TokenError
from typing import IO

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.model.formats.row import Row, require_dimension

BLOCK = 1 << 20
"""Bytes read at a time, or one row or column if that is longer."""
READERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def matrix(
    stream: IO[bytes], words: Sequence[str], wanted: Mapping[str, int], dimension: int, where: str
) -> Iterator[Row]:
    """Yield the rows of `wanted` words of the matrix in `stream`, whose row i is that of `words[i]`.

    Raises
    ------
    InputError
        If it is no matrix of numbers, has not as many rows as there are words, or is cut off.
    """
    (rows, columns), by_column, dtype = _header(stream, where)
    require_dimension(columns, dimension, where)
    if rows != len(words):
        raise InputError(f"{where}: {rows} rows for {len(words)} words; the two files do not belong together")
    kept = np.array([place for place, word in enumerate(words) if word in wanted], dtype=np.int64)
    read = _columns if by_column else _rows
    values = read(stream, rows, columns, kept, dtype, where)
    if stream.read(1):
        raise InputError(f"{where}: goes on after the {rows} rows that its header promises; get it again")
    for place, row in zip(kept.tolist(), values, strict=True):
        yield Row(wanted[words[place]], row, f"{where}: row {place}")


def column(data: bytes, where: str) -> list[str]:
    """Return the words of a Parquet file of one column.

    Raises
    ------
    InputError
        If it is no Parquet file of one column of text, or a value is missing or not UTF-8.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{where}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    if table.num_columns != 1 or table.schema.types[0] not in (pa.string(), pa.large_string()):
        raise InputError(f"{where}: must have one column, of text; it has {table.schema.names}")
    try:
        words: list[str | None] = table.column(0).to_pylist()
    except UnicodeDecodeError:
        raise InputError(f"{where}: a word is not UTF-8; convert the file") from None
    if None in words:
        raise InputError(f"{where}: row {words.index(None)}: no word; take another file")
    return [str(word) for word in words]


def _header(stream: IO[bytes], where: str) -> tuple[tuple[int, int], bool, np.dtype[np.generic]]:
    """Return shape, whether columns lie together, and type; the header is a literal, and nothing is run."""
    try:
        shape, by_column, dtype = READERS[np.lib.format.read_magic(stream)](stream)
    except (ValueError, KeyError, SyntaxError, TokenError) as error:
        raise InputError(f"{where}: no .npy file: {str(error).splitlines()[0]}") from None
    if len(shape) != 2 or dtype.kind != "f":
        raise InputError(f"{where}: must be a matrix of floating-point numbers, not {dtype} {shape}")
    return shape, by_column, dtype


def _rows(
    stream: IO[bytes], rows: int, columns: int, kept: npt.NDArray[np.int64], dtype: np.dtype[np.generic], where: str
) -> npt.NDArray[np.float32]:
    """Read a matrix whose rows lie together, and return the `kept` ones."""
    values = np.empty((len(kept), columns), dtype=np.float32)
    step = max(1, BLOCK // max(1, columns * dtype.itemsize))
    for start in range(0, rows, step):
        number = min(step, rows - start)
        block = np.frombuffer(_exactly(stream, number * columns * dtype.itemsize, where), dtype)
        inside = slice(*np.searchsorted(kept, (start, start + number)))
        _put(values[inside], block.reshape(number, columns)[kept[inside] - start])
    return values


def _columns(
    stream: IO[bytes], rows: int, columns: int, kept: npt.NDArray[np.int64], dtype: np.dtype[np.generic], where: str
) -> npt.NDArray[np.float32]:
    """Read a matrix whose columns lie together, one at a time, and return the `kept` rows."""
    values = np.empty((len(kept), columns), dtype=np.float32)
    for place in range(columns):
        block = np.frombuffer(_exactly(stream, rows * dtype.itemsize, where), dtype)
        _put(values[:, place], block[kept])
    return values


def _put(out: npt.NDArray[np.float32], values: np.ndarray) -> None:
    with np.errstate(over="ignore"):  # what becomes infinite is refused as infinite
        out[...] = values


def _exactly(stream: IO[bytes], size: int, where: str) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise InputError(f"{where}: ends before the rows that its header promises; it was cut off, get it again")
    return data
