"""The corpus on disk: Parquet shards with the columns source, id, date and text."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema([("source", pa.string()), ("id", pa.string()), ("date", pa.string()), ("text", pa.large_string())])
"""`text` holds one sentence a line; `date` is ISO 8601, or null."""

_GROUP = 1 << 23  # characters in a row group
_SHARD = 32  # row groups in a shard


class ShardWriter:
    """Writes documents to ``part-00000.parquet`` and on, the same bytes for the same documents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: list[tuple[str, str, str | None, str]] = []
        self._characters = 0
        self._groups = 0
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and (self._rows or not self._groups):
            self._flush()
        if self._writer:
            self._writer.close()

    def write(self, source: str, name: str, date: str | None, text: str) -> None:
        """Append one document."""
        self._rows.append((source, name, date, text))
        self._characters += len(text)
        if self._characters >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._groups % _SHARD == 0:
            if self._writer:
                self._writer.close()
            path = self._folder / f"part-{self._groups // _SHARD:05}.parquet"
            self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd", use_dictionary=["source"])
        assert self._writer is not None
        columns = list(zip(*self._rows, strict=True)) or [()] * len(SCHEMA)
        self._writer.write_table(pa.table([list(column) for column in columns], schema=SCHEMA))
        self._rows, self._characters = [], 0
        self._groups += 1
