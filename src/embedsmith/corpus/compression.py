"""Reading files, compressed or not, block by block: memory stays bounded whatever a file unpacks to."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from embedsmith.errors import InputError

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
_BLOCK = 1 << 20  # bytes
_XZ_MEMORY = 1 << 28  # bytes that an .xz file may ask for; its strongest preset takes 65 MiB


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def blocks(path: Path, where: str) -> Iterator[bytes]:
    """Yield the content of a file in blocks of at most 1 MiB, unpacked if its suffix names a compression.

    Parameters
    ----------
    path
        The file.
    where
        Its name, in messages too; ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` is unpacked, concatenated parts too.

    Raises
    ------
    InputError
        If the file cannot be read, ends too early or is not what its suffix says.
    """
    try:
        yield from _READERS.get(Path(where).suffix.lower(), _plain)(path)
    except EOFError:
        raise InputError(f"{where}: ends too early; it was cut off, get it again") from None
    except (OSError, zlib.error, lzma.LZMAError, pa.ArrowException) as error:
        if "truncated" in str(error).lower():
            raise InputError(f"{where}: ends too early; it was cut off, get it again") from None
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{where}: cannot be read: {reason}") from None


def _read(stream: _Stream) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from _read(file)


def _gz(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as file:
        yield from _read(file)


def _bz2(path: Path) -> Iterator[bytes]:
    with bz2.open(path) as file:
        yield from _read(file)


def _xz(path: Path) -> Iterator[bytes]:
    """As `lzma.open`, which cannot limit the memory that the file asks for."""
    with path.open("rb") as file:
        decoder = None
        for packed in _read(file):
            rest = packed
            while rest or (decoder and not decoder.needs_input):
                decoder = decoder or lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
                if block := decoder.decompress(rest, _BLOCK):
                    yield block
                rest = b""
                if decoder.eof:  # further parts may follow; zero bytes pad between them
                    rest, decoder = decoder.unused_data.lstrip(b"\0"), None
        if decoder:
            raise EOFError


def _zst(path: Path) -> Iterator[bytes]:
    with pa.OSFile(str(path)) as file, pa.CompressedInputStream(file, "zstd") as stream:
        yield from _read(stream)


_READERS: dict[str, Callable[[Path], Iterator[bytes]]] = {".gz": _gz, ".bz2": _bz2, ".xz": _xz, ".zst": _zst}
