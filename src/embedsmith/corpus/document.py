"""What a source yields, and what every source is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LONGEST = 1 << 24
"""Characters (and bytes) that one document may hold: what bounds the memory of reading."""


@dataclass(frozen=True)
class Document:
    """One document as its source holds it: mark-up and all.

    Attributes
    ----------
    id : str
        Names the document within its source.
    text : str
        The whole text; an empty line ends a paragraph.
    date : str or None
        As the source writes it; read by `embedsmith.corpus.clean.iso_date`.
    replaced : int
        Bytes that were no UTF-8, for each run of which `text` holds a U+FFFD.
    """

    id: str
    text: str
    date: str | None = None
    replaced: int = 0


@dataclass(frozen=True, kw_only=True)
class Source(ABC):
    """What every source declares and answers; a kind of source adds its own keys.

    Attributes
    ----------
    licence : str
        The rights of the text, in words.
    weight : float
        How often training sees each document on average.
    limit : int or None
        Documents read, from the first; None reads all.
    """

    licence: str
    weight: float
    limit: int | None

    def __post_init__(self) -> None:
        if not 0 < self.weight < float("inf"):
            raise ValueError(f"weight: must be above 0 and finite, not {self.weight}")
        if self.limit is not None and self.limit < 1:
            raise ValueError(f"limit: must be at least 1, or null for all documents, not {self.limit}")

    @abstractmethod
    def read(self, local: Path) -> Iterator[Document]:
        """Yield the documents one by one, always in the same order.

        Parameters
        ----------
        local
            The folder of the user's own files, which only sources that read such files look into.

        Raises
        ------
        InputError
            If there is nothing to read, or what is there cannot be read.
        """

    @abstractmethod
    def fingerprint(self, local: Path) -> str:
        """Return what pins the content that `read` yields: a SHA-256, or the revision of a data set."""
