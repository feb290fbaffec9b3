"""Text, tables and Parquet files of the user's own."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from embedsmith.corpus import compression, tables, text
from embedsmith.corpus.document import LONGEST, Document, Source
from embedsmith.errors import InputError

_FORMATS = (".txt", ".jsonl", ".csv", ".tsv", ".parquet")


@dataclass(frozen=True, kw_only=True)
class Files(Source):
    """Files and folders below one folder, in the order of their names.

    A ``.txt`` file is one document, unless it is longer than `part`. Of ``.jsonl``, ``.csv``, ``.tsv`` and
    ``.parquet`` each row is one. Each may be compressed: ``.gz``, ``.bz2``, ``.xz``, ``.zst``. Hidden files are
    passed over.

    Attributes
    ----------
    glob : list of str
        Which files, relative to the folder; a folder stands for the files in it. Nothing outside is read, not
        even through a link.
    text, id, date : str or None
        Names of the columns of tables. Without `id`, file and row name a document.
    header : list of str or None
        Names of all columns of ``.csv`` and ``.tsv`` files without a header line; None where their first line is one.
    part : int
        Bytes; a longer text file is read as several documents of about this length.
    """

    glob: list[str]
    text: str
    id: str | None
    date: str | None
    header: list[str] | None
    part: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.glob:
            raise ValueError("glob: must name at least one pattern, such as '**/*.txt'")
        for pattern in self.glob:
            path = PurePosixPath(pattern)
            if not path.parts or path.is_absolute() or ".." in path.parts:
                raise ValueError(f"glob: {pattern!r} must stay within the folder, without leading '/' and '..'")
        if not 1000 <= self.part <= LONGEST:
            raise ValueError(f"part: must be between 1000 and {LONGEST} bytes, not {self.part}")

    def read(self, local: Path) -> Iterator[Document]:
        """Yield the documents of all files, in the order of their paths."""
        columns = tables.Columns(self.text, self.id, self.date)
        for where, path in self._paths(local):
            if _format(where) == ".parquet":
                yield from _parquet(path, columns, where)
                continue
            blocks = text.text_blocks(compression.blocks(path, where), where)
            match _format(where):
                case ".txt":
                    yield from text.documents(blocks, where, self.part)
                case ".jsonl":
                    yield from tables.json_lines(text.lines(blocks, where), columns, where)
                case suffix:
                    lines = text.lines(blocks, where)
                    yield from tables.delimited(lines, columns, where, tabs=suffix == ".tsv", header=self.header)

    def fingerprint(self, local: Path) -> str:
        """Return the SHA-256 over the names and the contents of all files."""
        total = hashlib.sha256()
        for where, path in self._paths(local):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{digest}  {where}\n".encode())
        return total.hexdigest()

    def _paths(self, local: Path) -> list[tuple[str, Path]]:
        """Return name and path of each file to read, by name."""
        if not local.is_dir():
            raise InputError(f"{local}: is no folder; put your text there, or choose another corpus")
        root = local.resolve()
        found = {}
        for pattern in self.glob:
            matches = [file for match in root.glob(pattern) for file in _within(match, root)]
            if not matches:
                raise InputError(f"{local}: holds no file like {pattern!r}")
            for file in matches:
                where = file.relative_to(root).as_posix()
                _check(file, root, where)
                found[where] = file
        return sorted(found.items())


def _within(match: Path, root: Path) -> Iterator[Path]:
    """Yield `match`, or the files in it if it is a folder, unless hidden."""
    for path in match.rglob("*") if match.is_dir() else [match]:
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts):
            yield path


def _check(file: Path, root: Path, where: str) -> None:
    """Raise `InputError` if `file` really lies outside of `root`, or has no format that can be read."""
    if not file.resolve().is_relative_to(root):
        raise InputError(f"{where}: is a link that leads out of the folder; copy the file instead")
    if _format(where) not in _FORMATS:
        raise InputError(
            f"{where}: is none of {', '.join(_FORMATS)} (each also {', '.join(compression.SUFFIXES)}); narrow glob"
        )


def _format(where: str) -> str:
    name = PurePosixPath(where.lower())
    return PurePosixPath(name.stem).suffix if name.suffix in compression.SUFFIXES else name.suffix


def _parquet(path: Path, columns: tables.Columns, where: str) -> Iterator[Document]:
    """Read a Parquet file, which needs a file to seek in: a compressed one is unpacked to a temporary one."""
    if Path(where).suffix.lower() not in compression.SUFFIXES:
        yield from tables.parquet(path, columns, where)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as unpacked:
        for block in compression.blocks(path, where):
            unpacked.write(block)
        unpacked.flush()
        yield from tables.parquet(Path(unpacked.name), columns, where)
