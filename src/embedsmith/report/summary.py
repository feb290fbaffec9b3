"""summary.md: the report as text, readable where the repository is hosted.

Run keys are left to the page: they change with every edit of the code, and would show as changes of the results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from embedsmith.report import budget, rare
from embedsmith.report import format as text
from embedsmith.report.claims import verdicts
from embedsmith.report.compression import compression
from embedsmith.report.content import Content
from embedsmith.report.frequency import by_frequency, kept_by_frequency
from embedsmith.report.sections import Section, bias, found, sections
from embedsmith.report.table import Cell, Table, comparison


def render(content: Content) -> str:
    """Return the summary; the same content gives the same bytes."""
    corpus = content.corpus
    duplicates = corpus["duplicates"]["exact"] + corpus["duplicates"]["near"]
    scores = comparison(content.frame, content.listing)
    parts = [
        "# Results",
        f"{text.integer(corpus['words'])} words in {text.integer(corpus['documents'])} documents of "
        f"{', '.join(corpus['sources'])}; {text.integer(duplicates)} duplicates removed. "
        "Plots, settings and run keys are in `index.html`, beside this file.",
        "## Comparison",
        *_by_model(scores),
        scores.note,
        *_findings(content),
        *(part for section in sections(content) for part in _section(section)),
        *_compression(content),
        *_claims(content),
        *_budget(content),
        *_rare(content),
        *_frequency(content),
        *_section(bias(content)),
    ]
    return "\n\n".join(parts) + "\n"


def _findings(content: Content) -> list[str]:
    told = found(content)
    if not told.sentences:
        return []
    return ["## Findings", "\n".join(f"{n}. {each}" for n, each in enumerate(told.sentences, 1)), told.note]


def _section(section: Section) -> Iterator[str]:
    """Yield a heading, the tables of each model, and how to read them."""
    if not section.tables:
        return
    yield f"## {section.title}"
    for name, table in section.tables.items():
        for model, rows in table.groups.items():
            yield f"### {', '.join(part for part in (name, model) if part)}"
            yield _markdown(replace(table, rows=rows))
    yield from section.notes


def _compression(content: Content) -> list[str]:
    table = compression(content.frame, content.listing, content.claims)
    return [] if table is None else ["## Compression", *_by_model(table), table.note]


def _claims(content: Content) -> list[str]:
    if not content.claims:
        return []
    table = verdicts(content.claims, content.claims_note)
    return ["## Claims", _markdown(table), table.note]


def _budget(content: Content) -> list[str]:
    table = budget.table(content.searches, content.listing)
    return [] if table is None else ["## Budget", _markdown(table), table.note, *budget.notes(content.searches)]


def _rare(content: Content) -> list[str]:
    if content.rare is None:
        return []
    tables = rare.tables(content.rare, content.listing)
    return ["## Rare words", *(_markdown(table) for table in tables), tables[0].note]


def _frequency(content: Content) -> list[str]:
    table, kept = (make(content.frame, content.listing) for make in (by_frequency, kept_by_frequency))
    parts = [] if table is None else ["## By frequency", _markdown(table), table.note]
    return parts if kept is None else [*parts, "## Kept by frequency", *_by_model(kept), kept.note]


def _by_model(table: Table) -> Iterator[str]:
    """Yield a heading and a table for each model."""
    for model, rows in table.groups.items():
        yield f"### {model}"
        yield _markdown(replace(table, rows=rows))


def _markdown(table: Table) -> str:
    rows = [[_cell(cell) for cell in row.cells] for row in table.rows]
    return _rows([[_cell(cell) for cell in table.columns], *rows])


def _rows(rows: Sequence[Sequence[str]]) -> str:
    def lines() -> Iterator[str]:
        for number, row in enumerate(rows):
            yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"
            if number == 0:
                yield "|---" * len(row) + "|"

    return "\n".join(lines())


def _cell(cell: Cell) -> str:
    shown = f"**{cell.text}**" if cell.verdict else cell.text
    return f"{shown}<br>{cell.note}" if cell.note else shown
