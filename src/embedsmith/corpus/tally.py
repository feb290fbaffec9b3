"""Counting what reading a source came to."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from embedsmith.corpus.clean import iso_date
from embedsmith.corpus.deduplicate import Verdict
from embedsmith.corpus.document import Document

_log = logging.getLogger(__name__)


@dataclass
class Tally:
    """The counts of one source; `documents`, `sentences`, `words`, `characters` and dates are of what was kept."""

    read: int = 0
    empty: int = 0
    exact: int = 0
    near: int = 0
    documents: int = 0
    sentences: int = 0
    words: int = 0
    characters: int = 0
    dated: int = 0
    first_date: str | None = None
    last_date: str | None = None
    replaced_bytes: int = 0
    first_replaced: str = ""
    unread_dates: int = 0
    first_unread: str = ""

    def count_read(self, document: Document) -> str | None:
        """Count a document as its source gave it, and return its date in ISO 8601."""
        self.read += 1
        if document.replaced:
            self.first_replaced = self.first_replaced or document.id
            self.replaced_bytes += document.replaced
        date = iso_date(document.date) if document.date else None
        if document.date and date is None:
            self.first_unread = self.first_unread or f"{document.date!r} of {document.id}"
            self.unread_dates += 1
        return date

    def count_judged(self, verdict: Verdict, text: str, words: list[str], date: str | None) -> None:
        """Count a cleaned document by what was decided on it."""
        if verdict != "new":
            self.exact += verdict == "exact"
            self.near += verdict == "near"
            return
        self.documents += 1
        self.sentences += text.count("\n") + 1
        self.words += len(words) - sum(map(str.isdecimal, words))
        self.characters += len(text)
        if date is not None:
            self.dated += 1
            self.first_date = min(self.first_date or date, date)
            self.last_date = max(self.last_date or date, date)

    def warn(self, source: str) -> None:
        """Say on the log what in the source was mended or passed over."""
        if self.replaced_bytes:
            _log.warning(
                "source %s: %d bytes are not UTF-8 and were replaced, the first in %s",
                source,
                self.replaced_bytes,
                self.first_replaced,
            )
        if self.unread_dates:
            _log.warning(
                "source %s: %d of %d dates are not ISO 8601 (such as 1999-12-31) and were left out, the first %s",
                source,
                self.unread_dates,
                self.read,
                self.first_unread,
            )


_SUMS = ("documents", "sentences", "words", "characters", "empty", "replaced_bytes", "unread_dates")


def facts(tallies: Iterable[Tally]) -> dict[str, Any]:
    """Return the sum of some tallies as it stands in ``corpus.json``."""
    tallies = list(tallies)
    total: dict[str, Any] = {name: sum(getattr(tally, name) for tally in tallies) for name in _SUMS}
    total["duplicates"] = {
        "exact": sum(tally.exact for tally in tallies),
        "near": sum(tally.near for tally in tallies),
    }
    total["dates"] = {
        "documents": sum(tally.dated for tally in tallies),
        "first": min((tally.first_date for tally in tallies if tally.first_date), default=None),
        "last": max((tally.last_date for tally in tallies if tally.last_date), default=None),
    }
    return total
