"""summary.md: the report as text, readable where the repository is hosted.

Run keys are left to the page: they change with every edit of the code, and would show as changes of the results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from embedsmith.report import budget, rare
from embedsmith.report import format as text
from embedsmith.report.claims import Judged
from embedsmith.report.content import Content
from embedsmith.report.frequency import by_frequency
from embedsmith.report.table import Cell, Table, bias, comparison

CLAIM_COLUMNS = ("variant<br>of model", "claimed", "measured", "verdict")


def render(content: Content) -> str:
    """Return the summary; the same content gives the same bytes."""
    corpus = content.corpus
    duplicates = corpus["duplicates"]["exact"] + corpus["duplicates"]["near"]
    scores, effects = comparison(content.frame, content.listing), bias(content.frame, content.listing)
    parts = [
        "# Results",
        f"{text.integer(corpus['words'])} words in {text.integer(corpus['documents'])} documents of "
        f"{', '.join(corpus['sources'])}; {text.integer(duplicates)} duplicates removed. "
        "Plots, settings and run keys are in `index.html`, beside this file.",
        _markdown(scores),
        scores.note,
        *_claims(content),
        *_budget(content),
        *_rare(content),
        *_frequency(content),
        "## Bias",
        _markdown(effects),
        effects.note,
    ]
    return "\n\n".join(parts) + "\n"


def _claims(content: Content) -> list[str]:
    if not content.claims:
        return []
    return ["## Claims", _rows([CLAIM_COLUMNS, *(_claim(claim) for claim in content.claims)]), content.claims_note]


def _budget(content: Content) -> list[str]:
    table = budget.table(content.searches, content.listing)
    return [] if table is None else ["## Budget", _markdown(table), table.note, *budget.notes(content.searches)]


def _rare(content: Content) -> list[str]:
    if content.rare is None:
        return []
    tables = rare.tables(content.rare, content.listing)
    return ["## Rare words", *(_markdown(table) for table in tables), tables[0].note]


def _frequency(content: Content) -> list[str]:
    table = by_frequency(content.frame, content.listing)
    return [] if table is None else ["## By frequency", _markdown(table), table.note]


def _claim(claim: Judged) -> list[str]:
    return [
        _cell(Cell(claim.variant, claim.model)),
        _cell(Cell(claim.claim.size, claim.claim.loss)),
        _cell(Cell(f"{text.times(claim.reduction)} smaller", claim.measured_loss)),
        _cell(Cell(f"**{claim.verdict}**", claim.reason)),
    ]


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
    return f"{cell.text}<br>{cell.note}" if cell.note else cell.text
