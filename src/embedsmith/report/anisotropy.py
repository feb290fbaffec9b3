"""Anisotropy of every model and variant: geometry in one table, neighbourhoods and frequency in another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.evaluate.anisotropy import FREQUENCY, SPREAD, WEIGHTED
from embedsmith.evaluate.neighbourhood import NEIGHBOURHOOD
from embedsmith.report import format as text
from embedsmith.report import plots
from embedsmith.report.listing import Listed, label
from embedsmith.report.table import (
    VARIANT,
    Cell,
    Measured,
    Row,
    Table,
    coverage,
    join,
    known,
    measured,
    row_kind,
    row_name,
    value,
    variants,
    with_interval,
)
from embedsmith.report.treated import Treated

GEOMETRY = ("mean_cosine", "partition", *SPREAD)
"""Metrics of which most have a twin in which words count as often as they were read."""
GEOMETRY_NOTE = (
    "Beneath, where there are two: the same with every word counted as often as it was read. Mean cosine: over all "
    "pairs of words; 0 in an isotropic space. Partition: the least over the greatest value of the partition function "
    "(Mu & Viswanath 2018); IsoScore: how evenly the variance lies (Rudman et al. 2022), which subtracting the mean "
    "cannot change; both 1 in an isotropic space. Participation ratio: dimensions in use. Top: share of the variance "
    "in the first components."
)
AROUND_NOTE = (
    "Hubness: skewness of how often words are among the nearest neighbours of others; 0 without hubs. Antihubs: share "
    "of words that are among those of none. Dimension: intrinsic, by two neighbours (Facco et al. 2017) and by more "
    "(Levina & Bickel 2004). Frequency: rank correlation of a word's count with the length of its vector, and with its "
    "place along the component that goes with it the most; the share of the counts' variance that components explain."
)
NAMES = {
    "two_nn_dimension": "dimension, two neighbours",
    "mle_dimension": "dimension, likelihood",
    "frequency_norm": "frequency, length",
    "frequency_component": "frequency, component",
    "frequency_r2": "frequency, explained",
}


def anisotropy(frame: pd.DataFrame, listing: Sequence[Listed]) -> list[Table]:
    """Return the tables of what was measured; a metric that no run has is left out."""
    measures = set(frame.loc[frame["kind"] == "anisotropy", "metric"])
    groups = {GEOMETRY_NOTE: GEOMETRY, AROUND_NOTE: (*NEIGHBOURHOOD, *FREQUENCY)}
    runs = measured(frame)
    tables = []
    for note, names in groups.items():
        if shown := [name for name in names if name in measures]:
            shared = {name: coverage(runs.values(), "anisotropy", name) for name in shown}
            columns = [VARIANT, *(Cell(NAMES.get(name, name.replace("_", " ")), shared[name]) for name in shown)]
            rows = [
                Row(
                    row_kind(entry, variant),
                    [
                        row_name(listing, entry, variant),
                        *(_cell(runs[entry.run(variant)], name, shared[name]) for name in shown),
                    ],
                    label(entry, listing),
                )
                for entry, variant in variants(runs, listing)
            ]
            tables.append(Table(columns, rows, note))
    return tables


def _cell(run: Measured, name: str, shared: str) -> Cell:
    cell = with_interval(run, "anisotropy", name, text.score)
    weighted = ""
    if (twin := f"{name}_weighted") in WEIGHTED:
        weighted = "" if pd.isna(found := value(run, "anisotropy", twin)) else f"weighted {text.score(found)}"
    return Cell(cell.text, join(cell.note, weighted, "" if shared else known(run, "anisotropy", name)))


def plot(model: Treated) -> go.Figure:
    """Isotropy over the mean cosine of a model, the filled marker, and a line from there to each of its cures."""
    figure = go.Figure()
    before = _place(model.untouched)
    for name, colour in zip(model.cures, plots.cycle(len(model.cures)), strict=True):
        after = _place(model.runs[name])
        figure.add_scatter(
            name=name,
            x=[before[0], after[0]],
            y=[before[1], after[1]],
            mode="lines+markers",
            line={"color": colour, "width": 1.5},
            marker={"size": [0, 9], "symbol": "circle-open", "line": {"width": 1.5}},
            hovertemplate="mean cosine %{x:.3f}, isoscore %{y:.3f}",
        )
    figure.add_scatter(
        name=UNTOUCHED,
        x=[before[0]],
        y=[before[1]],
        mode="markers",
        marker={"color": plots.GREY, "size": 12},
        hovertemplate="mean cosine %{x:.3f}, isoscore %{y:.3f}",
    )
    return plots.laid_out(figure, x={"title": "mean cosine"}, y={"title": "isoscore"})


def _place(run: Measured) -> tuple[float | None, float | None]:
    found = (value(run, "anisotropy", name) for name in ("mean_cosine", "isoscore"))
    x, y = (None if math.isnan(each) else each for each in found)
    return x, y
