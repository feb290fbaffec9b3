"""A sweep at a glance: its jobs by what was swept, the key figures of their variants, and the front of them all."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.files import write_text
from embedsmith.report import format as text
from embedsmith.report.frame import filled
from embedsmith.report.jobs import FIGURES, Job, Measurement, best, measure, read, swept, tabulated
from embedsmith.report.plots import COLOURS, GREY, laid_out, logarithmic
from embedsmith.report.table import Cell, Row, Table, row_kind

HEADS = {"megabytes": "MB on disk", "score": "mean score", "isotropy": "isoscore", "bias": "mean |d| of WEAT"}
NOTE = (
    "A row for each variant of each job. Score: mean of the similarity and analogy scores, with its bootstrap "
    "confidence interval: of two whose intervals overlap, the order says nothing. Bias: mean of the absolute effect "
    "sizes of those association tests that every variant could be put to. On the front: no other variant of the sweep "
    "is as small and scores as high."
)


def write(sweep: Path) -> None:
    """Write overview.html and table.csv into the folder of a sweep.

    Raises
    ------
    InputError
        If it is no folder of a sweep.
    """
    jobs = read(sweep)
    measurements = measure(jobs)
    frame = tabulated(jobs, measurements)
    write_text(sweep / "table.csv", frame.to_csv(index=False, float_format="%.6g", lineterminator="\n"))
    write_text(sweep / "overview.html", render(sweep.name, jobs, measurements))


def render(name: str, jobs: Sequence[Job], measurements: Sequence[Measurement]) -> str:
    """Return the page of a sweep; the same results give the same bytes."""
    first = set(best(measurements))
    figures = {"front": against_size(measurements), "parallel": parallel(jobs, measurements)} if measurements else {}
    return filled(
        "overview.html",
        {place: json.loads(figure.to_json()) for place, figure in figures.items()},
        evaluating=True,
        name=name,
        jobs=jobs,
        ended={status: sum(job.status == status for job in jobs) for status in dict.fromkeys(j.status for j in jobs)},
        failed=[job for job in jobs if not job.runs],
        keys=swept(jobs),
        table=table(jobs, measurements),
        models=list(dict.fromkeys(each.entry.model for each in measurements)),
        attributes={
            _run(each): {
                "bytes": f"{1e6 * each.megabytes:.0f}",
                "roles": "|".join([*(["on the front"] if place in first else []), each.variant]),
            }
            for place, each in enumerate(measurements)
        },
        roles=["on the front", *dict.fromkeys(each.variant for each in measurements)],
    )


def table(jobs: Sequence[Job], measurements: Sequence[Measurement]) -> Table:
    """Return a row for each measurement: its job, what was swept, and its key figures."""
    keys = swept(jobs)
    rows = [
        Row(
            row_kind(each.entry, each.variant),
            [
                Cell(each.variant, each.entry.run(each.variant).rpartition("/")[0]),
                Cell(each.job.name, order=float(each.job.name) if each.job.name.isdigit() else math.nan),
                *(_given(each.job, key) for key in keys),
                Cell(text.size(1e6 * each.megabytes), order=each.megabytes),
                Cell(text.score(each.score), text.between(each.low, each.high), order=each.score),
                Cell(text.score(each.isotropy), order=each.isotropy),
                Cell(text.score(each.bias), order=each.bias),
            ],
            each.entry.model,
            _run(each),
        )
        for each in measurements
    ]
    heads = [Cell("variant", "of model"), Cell("job"), *(Cell(key) for key in keys)]
    return Table([*heads, *(Cell(HEADS[name]) for name in FIGURES)], rows, NOTE)


def _run(each: Measurement) -> str:
    return f"{each.job.name}:{each.entry.run(each.variant)}"


def _given(job: Job, key: str) -> Cell:
    if key not in job.overrides:
        return Cell(text.NONE)
    given = job.overrides[key]
    number = isinstance(given, int | float) and not isinstance(given, bool)
    return Cell(text.setting(given), order=float(given) if number else math.nan)


def against_size(measurements: Sequence[Measurement]) -> go.Figure:
    """Score over megabytes on disk, each job in its colour, and the front of them all."""
    figure = go.Figure()
    first = [measurements[place] for place in best(measurements)]
    figure.add_scatter(
        name="front",
        x=[each.megabytes for each in first],
        y=[each.score for each in first],
        mode="lines",
        line={"color": GREY, "width": 1, "dash": "dot", "shape": "hv"},
        hoverinfo="skip",
    )
    names = dict.fromkeys(each.job.name for each in measurements)
    for place, name in enumerate(names):
        own = [each for each in measurements if each.job.name == name]
        colour = COLOURS[place % len(COLOURS)]
        figure.add_scatter(
            name=f"job {name}",
            x=[each.megabytes for each in own],
            y=[_or_none(each.score) for each in own],
            error_y={
                "array": [_or_none(each.high - each.score) for each in own],
                "arrayminus": [_or_none(each.score - each.low) for each in own],
                "thickness": 1,
                "width": 3,
            },
            mode="markers",
            marker={
                "color": colour,
                "size": 9,
                "symbol": ["circle" if each in first else "circle-open" for each in own],
                "line": {"width": 1.5, "color": colour},
            },
            customdata=[[_run(each), text.between(each.low, each.high)] for each in own],
            hovertemplate="%{customdata[0]}, %{x:.3g} MB<br>%{y:.3f} (%{customdata[1]})<extra></extra>",
        )
    figure = laid_out(figure, x=logarithmic() | {"title": HEADS["megabytes"]}, y={"title": HEADS["score"]})
    return figure.update_layout(height=460)


def parallel(jobs: Sequence[Job], measurements: Sequence[Measurement]) -> go.Figure:
    """Parallel coordinates over what was swept and the key figures; a figure that some have not is left out."""
    shown = [each for each in measurements if each.variant != UNTOUCHED or not each.entry.baseline]
    axes = [_axis(key, [each.job.overrides.get(key) for each in shown]) for key in swept(jobs)]
    axes.append(_axis("variant", [each.variant for each in shown]))
    for name in FIGURES:
        values = [getattr(each, name) for each in shown]
        if values and not any(math.isnan(each) for each in values):
            axes.append({"label": HEADS[name], "values": values})
    scores = [0.0 if math.isnan(each.score) else each.score for each in shown]
    figure = go.Figure(
        go.Parcoords(dimensions=axes, line={"color": scores, "colorscale": "Viridis", "showscale": False})
    )
    return figure.update_layout(
        template=go.layout.Template(),
        height=420,
        margin={"l": 100, "r": 60, "t": 50, "b": 30},
        font={"family": "system-ui, sans-serif", "size": 12},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )


def _axis(label: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return one axis: numbers as they are, all else at a place of its own."""
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in values):
        ticks = sorted(set(values))
        return {"label": label, "values": list(values)} | ({"tickvals": ticks} if len(ticks) <= 12 else {})
    names = list(dict.fromkeys(text.setting(each) for each in values))
    places = [names.index(text.setting(each)) for each in values]
    return {"label": label, "values": places, "tickvals": list(range(len(names))), "ticktext": names}


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else number
