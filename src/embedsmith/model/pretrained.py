"""Pretrained vectors: where training may start instead of at random."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from embedsmith.corpus import wheel
from embedsmith.errors import InputError
from embedsmith.model.formats import binary, npy, text
from embedsmith.model.formats.header import GZIP, HEAD, detect
from embedsmith.model.formats.row import Row

READERS = {"word2vec_text": text.word2vec, "word2vec_binary": binary.word2vec, "glove": text.glove}
FORMATS = (*READERS, "npy")


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another.
@dataclass(kw_only=True)
class Pretrained:
    """A declared file of vectors: a member of a pinned wheel, or the user's own.

    Attributes
    ----------
    package, version, platform
        The wheel; `platform` where its wheels differ by machine.
    member
        The file's path inside the wheel.
    words
        Where the file is a NumPy matrix: the path inside the wheel of the Parquet file whose one column is the words
        of its rows.
    path
        The user's own file instead, from the folder where the pipeline runs.
    sha256
        Hash of the wheel, or of the user's own file, so that training runs again when the file is another.
    format
        `word2vec_text` (a header of two numbers, then a word and its values on each line; fastText's .vec files),
        `word2vec_binary`, `glove` (`word2vec_text` without the header) or `npy`; each may be gzipped. None: told by
        its first bytes, see `formats.header.detect`.
    max_move
        How far a vector may move from where it starts, as a share of its length there; 0 keeps it, null sets no limit.
    """

    package: str | None
    version: str | None
    platform: str | None
    member: str | None
    words: str | None
    path: str | None
    sha256: str
    format: str | None
    max_move: float | None

    def __post_init__(self) -> None:
        if (self.package is None) == (self.path is None):
            raise ValueError("path: name either a package or a path of your own, and leave the other null")
        for key, value in {"version": self.version, "member": self.member}.items():
            if (value is None) != (self.package is None):
                raise ValueError(f"{key}: " + ("is needed with a package" if value is None else "belongs to a package"))
        if self.package is not None:
            wheel.check(self.package, str(self.version), self.sha256, self.platform)
        elif not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(
                f"sha256: must be 64 lower-case hexadecimal digits, as sha256sum prints, not {self.sha256!r}"
            )
        if self.format not in (None, *FORMATS):
            raise ValueError(f"format: must be one of {', '.join(FORMATS)}, or null, not {self.format!r}")
        if self.words is not None and (self.package is None or self.format not in (None, "npy")):
            raise ValueError("words: belongs to the NumPy matrix of a package; leave it null")
        if self.words is None and self.format == "npy":
            raise ValueError("words: is needed with a NumPy matrix, for the words of its rows")
        if self.max_move is not None and self.max_move < 0:
            raise ValueError(f"max_move: must be at least 0, or null for no limit, not {self.max_move:g}")

    @property
    def location(self) -> str:
        """The file, as errors name it."""
        return str(self.path or self.member)


def load(
    settings: Pretrained, words: Sequence[str], vector_size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return which of `words` the file knows, and their vectors.

    A word is looked up as it is written, and no other: not `Paris` for `paris`. The file is read as a stream, and only
    the rows of `words` are kept; of the others no more is read than tells where they end.

    Returns
    -------
    ids
        Places in `words`, ascending, (n,).
    rows
        Their vectors, (n, vector_size).

    Raises
    ------
    InputError
        With file and line, byte or row: if the file does not exist, is damaged, of another dimension or hash; if a
        word stands twice in it, or a value is not finite; or if it knows none of the words.
    """
    wanted = {word: place for place, word in enumerate(words)}
    found: dict[int, Row] = {}
    for row in _rows(settings, wanted, vector_size):
        if row.id in found:
            raise InputError(
                f"{row.place}: {words[row.id]!r} a second time, after {found[row.id].place}; take out one of them"
            )
        if not np.isfinite(row.values).all():
            raise InputError(f"{row.place}: a value of {words[row.id]!r} is not finite; take out the row")
        found[row.id] = row
    if not found:
        some = ", ".join(map(repr, words[:3]))
        raise InputError(
            f"{settings.location}: knows none of the {len(words)} words of the vocabulary ({some}, ...);"
            " take vectors of the same language, and lower-case ones if the words are"
        )
    ids = sorted(found)
    return np.array(ids, dtype=np.int64), np.stack([found[id_].values for id_ in ids])


def _rows(settings: Pretrained, wanted: Mapping[str, int], dimension: int) -> Iterator[Row]:
    """Yield the rows of `wanted` words as they come in the file."""
    where = settings.location
    file = _file(settings)
    try:
        with _opened(file, settings.member) as stream:
            kind = settings.format or detect(stream.read(HEAD), where)
        if (kind == "npy") != (settings.words is not None):
            raise InputError(f"{where}: of format {kind}; `words` belongs to a NumPy matrix (.npy) of a package alone")
        with _opened(file, settings.member) as stream:
            if settings.words is None:
                yield from READERS[kind](stream, wanted, dimension, where)
            else:
                words = npy.column(wheel.member(file, settings.words), settings.words)
                yield from npy.matrix(stream, words, wanted, dimension, where)
    except EOFError:
        raise InputError(f"{where}: ends too early; it was cut off, get it again") from None
    except (OSError, zlib.error) as error:
        raise InputError(f"{where}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _file(settings: Pretrained) -> Path:
    """Return the path of the wheel, fetched if need be, or of the user's own file; its hash is the declared one."""
    if settings.package is not None:
        return wheel.fetch(settings.package, str(settings.version), settings.sha256, settings.platform)
    path = Path(settings.location)
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; put the vectors there or correct their `path`") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if found != settings.sha256:
        raise InputError(f"{path}: sha256 is {found}, declared {settings.sha256}; restore the file or declare it anew")
    return path


@contextmanager
def _opened(file: Path, member: str | None) -> Iterator[IO[bytes]]:
    """Open a file, or the member of a wheel, unpacked if it is gzipped."""
    with file.open("rb") if member is None else wheel.open_member(file, member) as stream:
        gzipped = stream.read(len(GZIP)) == GZIP
        stream.seek(0)
        if gzipped:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                yield cast(IO[bytes], unpacked)
        else:
            yield stream
