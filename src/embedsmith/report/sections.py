"""Sections of tables that the page and the summary have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from embedsmith.report import audit, cures
from embedsmith.report.anisotropy import anisotropy
from embedsmith.report.bias import associations, audits, remains
from embedsmith.report.content import Content
from embedsmith.report.findings import NOTE, findings
from embedsmith.report.recommended import RULE
from embedsmith.report.seeds import over_seeds
from embedsmith.report.table import Table


@dataclass(frozen=True)
class Section:
    """Tables under one heading, each with its own name, which may be empty."""

    place: str
    title: str
    tables: dict[str, Table]

    @property
    def notes(self) -> list[str]:
        """How to read the tables, each said once."""
        return list(dict.fromkeys(table.note for table in self.tables.values()))


@dataclass(frozen=True)
class Findings:
    """What the numbers say, in sentences, and by what rules."""

    sentences: list[str]
    note: str


def found(content: Content) -> Findings:
    """Return the findings about cures and bias, and the recommended chains."""
    sentences = findings(content.frame, content.treated, content.audited, list(content.tests), level=content.level)
    return Findings(sentences, NOTE + RULE)


def sections(content: Content) -> Iterator[Section]:
    """Yield the sections that have something to show."""
    frame, listing = content.frame, content.listing
    tests = list(content.tests)
    of_cures = cures.table(frame, content.treated, content.bias, tests, content.level)
    yield from _section("cures", "What each cure costs", {"": of_cures})
    yield from _section("audit", "Limits", {"": audit.table(content.audited, listing)})
    yield from _section("seeds", "Over seeds", {"": over_seeds(frame, listing, content.bias)})
    names = ("Geometry", "Neighbourhoods and frequency")
    yield from _section("anisotropy", "Anisotropy", dict(zip(names, anisotropy(frame, listing), strict=False)))


def bias(content: Content) -> Section:
    """Return the section of bias, which the page shows with plots."""
    frame, listing, tests = content.frame, content.listing, list(content.tests)
    of_words = {f"Words of {name}": table for name, table in audits(frame, listing, tests).items()}
    left = remains(frame, listing)
    tables = {"Association tests": associations(frame, listing, tests)} if tests else {}
    return Section("bias", "Bias", tables | of_words | ({} if left is None else {"What remains": left}))


def _section(place: str, title: str, tables: dict[str, Table | None]) -> Iterator[Section]:
    shown = {name: table for name, table in tables.items() if table is not None}
    if shown:
        yield Section(place, title, shown)
