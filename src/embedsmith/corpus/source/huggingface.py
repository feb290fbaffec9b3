"""Data sets of the Hugging Face Hub, streamed at a pinned revision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedsmith.corpus.document import Document, Source
from embedsmith.corpus.tables import Columns, document
from embedsmith.errors import InputError


@dataclass(frozen=True, kw_only=True)
class HuggingFace(Source):
    """One document a row of one split; needs the extra ``huggingface`` and a network.

    Attributes
    ----------
    dataset : str
        Its name on the Hub, such as ``Salesforce/wikitext``.
    revision : str
        Commit of its repository, 40 hexadecimal digits: a branch or a tag could change.
    subset : str or None
        Its configuration, if it has several.
    split : str
        Such as ``train``.
    text, id, date : str or None
        Names of the columns. Without `id`, the number of the row names a document.
    """

    dataset: str
    revision: str
    subset: str | None
    split: str
    text: str
    id: str | None
    date: str | None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?", self.dataset):
            raise ValueError(f"dataset: must be a name on the Hub such as 'Salesforce/wikitext', not {self.dataset!r}")
        if not re.fullmatch(r"[0-9a-f]{40}", self.revision):
            raise ValueError(f"revision: must be a commit, 40 hexadecimal digits, not {self.revision!r}")

    def read(self, local: Path) -> Iterator[Document]:
        """Yield the rows in the order of the data set."""
        try:
            from datasets import load_dataset
        except ImportError:
            raise InputError("the package 'datasets' is missing; pip install 'embedsmith[huggingface]'") from None
        columns = Columns(self.text, self.id, self.date)
        where = f"{self.dataset}/{self.split}"
        try:
            rows = load_dataset(self.dataset, self.subset, split=self.split, revision=self.revision, streaming=True)
            for number, row in enumerate(rows, 1):
                if number == 1:
                    columns.check(row, where)
                yield document(row, columns, f"{where}:{number}", 0)
        except InputError:
            raise
        except Exception as error:  # the library lets through whatever its many transports raise
            raise InputError(
                f"{where}: cannot be read: {(str(error).splitlines() or [type(error).__name__])[0]}"
            ) from None

    def fingerprint(self, local: Path) -> str:
        """Return the revision."""
        return self.revision
