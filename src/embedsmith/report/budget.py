"""What searches found: what was chosen for each budget, and what else no other chain beats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from embedsmith.compress.search.candidates import described
from embedsmith.files import read_json
from embedsmith.report import format as text
from embedsmith.report import plots
from embedsmith.report.listing import Listed, label
from embedsmith.report.table import Cell, Row, Table

COLUMNS = ("chain", "on disk", "agreement", "neighbours kept", "cosines", "unseen: neighbours kept", "unseen: cosines")
NOTE = (
    "The chains that no other of those fitted beats: each agrees better with the untouched vectors than all smaller "
    "ones; shaded: what was chosen. Agreement is the mean of the share of nearest neighbours that are kept and of "
    "Spearman's correlation between cosines before and after; where the model composes vectors of unseen words, they "
    "count by their weight. Neither looks at a data set that the comparison scores."
)


@dataclass(frozen=True)
class Search:
    """What search.json says of one entry."""

    entry: Listed
    found: Mapping[str, Any]


def searches(root: Path, listing: Sequence[Listed]) -> list[Search]:
    """Read what was found of each entry of `listing`.

    Raises
    ------
    InputError
        If it is missing.
    """
    return [Search(entry, read_json(root, Path("reports/metrics") / entry.folder / "search.json")) for entry in listing]


def table(found: Sequence[Search], listing: Sequence[Listed]) -> Table | None:
    """Return a row for each chain of each front, the smallest first; None if nothing was searched."""
    rows = []
    for search in found:
        for point in search.found["front"]:
            chosen = names(search, point)
            cells = [
                Cell(", ".join(chosen) or text.NONE, label(search.entry, listing)),
                Cell(chain(point)),
                Cell(text.size(point["bytes"])),
                *(_score(point[name]) for name in MEASURES),
            ]
            rows.append(Row("untouched" if chosen else "variant", cells))
    return Table([Cell("chosen", "of model"), *(Cell(name) for name in COLUMNS)], rows, NOTE) if rows else None


MEASURES = ("agreement", "neighbours", "correlation", "unseen_neighbours", "unseen_correlation")


def notes(found: Sequence[Search]) -> list[str]:
    """Return what a search could not do, a sentence each."""
    return [
        f"{search.entry.run(name)}: {point['note']}."
        for search in found
        for name, point in search.found["chosen"].items()
        if "note" in point
    ]


def plot(found: Sequence[Search], listing: Sequence[Listed]) -> go.Figure:
    """Agreement over bytes on disk (logarithmic), a line for each front; what was chosen has a filled marker."""
    figure = go.Figure()
    for place, search in enumerate(found):
        front = search.found["front"]
        chosen = [names(search, point) for point in front]
        colour = plots.COLOURS[place % len(plots.COLOURS)]
        figure.add_scatter(
            name=label(search.entry, listing),
            x=[point["bytes"] / 1e6 for point in front],
            y=[point["agreement"] for point in front],
            mode="lines+markers",
            line={"color": colour, "width": 1.5, "shape": "hv"},
            marker={"size": 9, "symbol": ["circle" if each else "circle-open" for each in chosen]},
            customdata=[
                [chain(point), text.size(point["bytes"]), ", ".join(each)]
                for point, each in zip(front, chosen, strict=True)
            ],
            hovertemplate="%{customdata[0]}, %{customdata[1]}<br>%{y:.3f} %{customdata[2]}",
        )
    return plots.laid_out(figure, x=plots.logarithmic() | {"title": "MB on disk"}, y={})


def names(search: Search, point: Mapping[str, Any]) -> list[str]:
    """Return the variants that `point` of a front was chosen for."""
    chosen = search.found["chosen"].items()
    return [name for name, other in chosen if other["chain"] == point["chain"]]


def chain(point: Mapping[str, Any]) -> str:
    """Return the chain of `point` in a few words."""
    return described({name: own for link in point["chain"] for name, own in link.items()})


def _score(value: float | None) -> Cell:
    return Cell(text.NONE if value is None else text.score(value))
