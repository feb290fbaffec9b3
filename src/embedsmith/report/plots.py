"""The plots. Colours stand on white and on black; the page's style sheet colours text and grid for both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report import format as text
from embedsmith.report.frequency import by_model
from embedsmith.report.front import front
from embedsmith.report.listing import Listed, label
from embedsmith.report.rare import Rare
from embedsmith.report.table import Measured, by_size, value

COLOURS = ("#3f83d1", "#d9822b", "#2f9e74", "#b8569b", "#8a6fd1", "#a08a1c", "#3a9fb0", "#c0524a")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "star", "x", "hexagon", "pentagon")
GREY = "#8a8a8a"
SIGNIFICANT = 0.05
"""A bias test with a p-value below this has a filled marker."""


def score_against_size(runs: Mapping[str, Measured], listing: Sequence[Listed], metric: str) -> go.Figure:
    """Score of every variant, with its interval, over its bytes on disk (logarithmic), and the front of them all."""
    figure = go.Figure()
    of_all = [_Measurement.of(runs, entry, variant, metric) for entry in listing for variant in entry.variants]
    best = _front(of_all)
    _draw_front(figure, best)
    for entry, colour in _coloured(listing):
        own = [each for each in of_all if each.entry is entry]
        _draw(figure, own, best, name=label(entry, listing), colour=colour)
    return laid_out(figure, x=logarithmic() | {"title": "MB on disk"}, y=_share(metric))


def variants_against_size(runs: Mapping[str, Measured], entry: Listed, metric: str) -> go.Figure:
    """Score of each variant of one model, by name, over its bytes on disk, and their front."""
    figure = go.Figure()
    own = [_Measurement.of(runs, entry, variant, metric) for variant in by_size(runs, entry)]
    best = _front(own)
    _draw_front(figure, best)
    _draw(figure, own, best, name="variants", colour=COLOURS[0], labels=_beside(own))
    figure = laid_out(figure, x=logarithmic() | {"title": "MB on disk"}, y=_share(metric))
    return figure.update_layout(height=420, showlegend=False)


@dataclass(frozen=True)
class _Measurement:
    """One variant: its bytes, and a score with its interval."""

    entry: Listed
    variant: str
    size: float
    score: float
    low: float
    high: float

    @classmethod
    def of(cls, runs: Mapping[str, Measured], entry: Listed, variant: str, metric: str) -> _Measurement:
        run = runs[entry.run(variant)]
        fields = (value(run, "similarity", metric, field) for field in ("score", "low", "high"))
        return cls(entry, variant, value(run, "size", "bytes"), *fields)


def _beside(measurements: Sequence[_Measurement]) -> list[str]:
    """Return where each name stands: the largest to the left; of two of about the same size, the better one's above."""
    places = []
    for place, own in enumerate(measurements):
        others = [other for other in measurements if other is not own]
        nearest = min(others, key=lambda other: abs(math.log(other.size / own.size)), default=own)
        places.append(f"{'bottom' if own.score < nearest.score else 'top'} {'left' if place < 3 else 'right'}")
    return places


def _front(measurements: Sequence[_Measurement]) -> list[_Measurement]:
    places = front([each.size for each in measurements], [each.score for each in measurements])
    return [measurements[place] for place in places]


def _draw_front(figure: go.Figure, best: Sequence[_Measurement]) -> None:
    figure.add_scatter(
        name="front",
        x=[each.size / 1e6 for each in best],
        y=[each.score for each in best],
        mode="lines",
        line={"color": GREY, "width": 1, "dash": "dot", "shape": "hv"},
        hoverinfo="skip",
    )


def _draw(
    figure: go.Figure,
    measurements: Sequence[_Measurement],
    best: Sequence[_Measurement],
    *,
    name: str,
    colour: str,
    labels: Sequence[str] | None = None,
) -> None:
    """Add markers, filled where they are on the front; with `labels`, the places of the variants' names beside them."""
    figure.add_scatter(
        name=name,
        x=[each.size / 1e6 for each in measurements],
        y=[each.score for each in measurements],
        error_y={
            "array": [each.high - each.score for each in measurements],
            "arrayminus": [each.score - each.low for each in measurements],
            "thickness": 1,
            "width": 3,
        },
        mode="markers" if labels is None else "markers+text",
        text=[each.variant for each in measurements],
        textposition=labels,
        textfont={"size": 11},
        marker={
            "color": colour,
            "size": 9,
            "symbol": ["circle" if each in best else "circle-open" for each in measurements],
            "line": {"width": 1.5, "color": colour},
        },
        customdata=[
            [each.variant, text.size(each.size), f"{text.score(each.low)} to {text.score(each.high)}"]
            for each in measurements
        ],
        hovertemplate="%{customdata[0]}, %{customdata[1]}<br>%{y:.3f} (%{customdata[2]})",
    )


def _share(metric: str) -> dict[str, object]:
    return {"tickformat": ".0%"} if metric in ("share", "kept") else {}


def lost_by_frequency(runs: Mapping[str, Measured], entry: Listed, bands: Sequence[str]) -> go.Figure:
    """Share of the untouched model's score that each variant loses, by band of frequency: the redder, the more."""
    variants = by_size(runs, entry)[1:]

    def field(name: str) -> list[list[float]]:
        return [
            [value(runs[entry.run(each)], "frequency", f"kept.{band}", name) for band in bands] for each in variants
        ]

    kept, lows, highs = field("score"), field("low"), field("high")
    figure = go.Figure()
    figure.add_heatmap(
        x=list(bands),
        y=variants,
        z=[[None if math.isnan(score) else 1 - score for score in row] for row in kept],
        text=[[text.percent(1 - score) for score in row] for row in kept],
        customdata=[
            [f"{text.percent(1 - high)} to {text.percent(1 - low)}" for low, high in zip(*of_variant, strict=True)]
            for of_variant in zip(lows, highs, strict=True)
        ],
        texttemplate="%{text}",
        hovertemplate="%{y}, %{x}: loses %{text} (%{customdata})<extra></extra>",
        colorscale=[[0, "rgba(192,82,74,0)"], [1, "rgba(192,82,74,0.9)"]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=1,
        ygap=1,
    )
    x = {"title": "occurrences of the rarest word", "type": "category", "showgrid": False}
    figure = laid_out(figure, x=x, y={"autorange": "reversed", "type": "category", "showgrid": False})
    return figure.update_layout(height=90 + 24 * len(variants), showlegend=False)


def score_against_occurrences(rare: Rare, listing: Sequence[Listed], measure: str) -> go.Figure:
    """Score of renamed words, with its interval, over their occurrences: a line for each untouched model."""
    figure = go.Figure()
    first = {entry.model: entry for entry in reversed(listing)}
    for place, (entry, colour) in enumerate(_coloured([first[model] for model in by_model(listing)])):
        line = [each for each in rare.of(measure) if each.model == entry.model]
        figure.add_scatter(
            name=entry.model,
            x=[each.occurrences for each in line],
            y=[each.score for each in line],
            error_y={
                "array": [each.high - each.score for each in line],
                "arrayminus": [each.score - each.low for each in line],
                "thickness": 1,
                "width": 3,
            },
            mode="lines+markers",
            line={"color": colour, "width": 1.5, "dash": "solid" if place < len(COLOURS) else "dot"},
            marker={"size": 8, "symbol": SYMBOLS[place % len(SYMBOLS)]},
            customdata=[[f"{text.between(each.low, each.high)}, {each.words} words"] for each in line],
            hovertemplate="%{x} occurrences: %{y:.3f} (%{customdata[0]})",
        )
    ticks = sorted({each.occurrences for each in rare.of(measure)})
    x: dict[str, object] = {"type": "log", "tickvals": ticks, "ticktext": [str(tick) for tick in ticks]}
    return laid_out(figure, x=x | {"title": "occurrences in the training text"}, y={"rangemode": "tozero"})


def spectrum(spectrum: pd.DataFrame, entry: Listed) -> go.Figure:
    """Share of the variance along each principal component, of every variant of one model."""
    figure = go.Figure()
    for variant, colour in zip(entry.variants, cycle(len(entry.variants)), strict=True):
        rows = spectrum[spectrum["variant"] == variant]
        figure.add_scatter(
            name=variant,
            x=rows["component"].tolist(),
            y=rows["variance_share"].tolist(),
            mode="lines",
            line={"color": colour, "width": 4 if variant == UNTOUCHED else 1.5},
            opacity=0.5 if variant == UNTOUCHED else 1,
            hovertemplate="component %{x}: %{y:.4f}",
        )
    return laid_out(figure, x={"title": "component"}, y=logarithmic())


def bias(runs: Mapping[str, Measured], entry: Listed, tests: Sequence[str]) -> go.Figure:
    """WEAT effect sizes of the untouched model and of every variant; a filled marker is significant."""
    figure = go.Figure()
    for variant, colour in zip(entry.variants, cycle(len(entry.variants)), strict=True):
        run = runs[entry.run(variant)]
        effects = [value(run, "bias", test) for test in tests]
        ps = [value(run, "bias", test, "p") for test in tests]
        figure.add_scatter(
            name=variant,
            x=effects,
            y=list(tests),
            mode="markers",
            marker={
                "color": colour,
                "size": 14 if variant == UNTOUCHED else 9,
                "symbol": ["circle" if p < SIGNIFICANT else "circle-open" for p in ps],
                "line": {"width": 1.5, "color": colour},
            },
            opacity=0.6 if variant == UNTOUCHED else 1,
            customdata=[[f"p {p:.3f}"] for p in ps],
            hovertemplate="%{y}: %{x:.2f} (%{customdata[0]})",
        )
    figure = laid_out(figure, x={"title": "effect size d", "zeroline": True}, y={"autorange": "reversed"})
    return figure.update_layout(height=120 + 32 * len(tests))


def loss(histories: Sequence[pd.DataFrame], listing: Sequence[Listed]) -> go.Figure:
    """Training loss over the words seen."""
    figure = go.Figure()
    for (entry, colour), history in zip(_coloured(listing), histories, strict=True):
        if len(history):
            figure.add_scatter(
                name=label(entry, listing),
                x=history["words"].tolist(),
                y=history["loss"].tolist(),
                mode="lines+markers",
                line={"color": colour},
                marker={"size": 5},
                hovertemplate="%{x:.3s} words: %{y:.4f}",
            )
    return laid_out(figure, x={"title": "words seen"}, y={})


def _coloured(listing: Sequence[Listed]) -> list[tuple[Listed, str]]:
    """Each entry with its colour; a baseline is grey, and takes none from the others."""
    colours = iter(cycle(len(listing)))
    return [(entry, GREY if entry.baseline else next(colours)) for entry in listing]


def cycle(count: int) -> list[str]:
    """Return so many colours, the first again after the last."""
    return [COLOURS[i % len(COLOURS)] for i in range(count)]


def laid_out(figure: go.Figure, x: dict[str, object], y: dict[str, object]) -> go.Figure:
    """Return `figure` with the look that all plots have, and its two axes."""
    axis = {"zeroline": False, "automargin": True, "ticks": "outside", "ticklen": 4, "showgrid": True}
    return figure.update_layout(
        template=go.layout.Template(),
        height=340,
        margin={"l": 8, "r": 12, "t": 8, "b": 8},
        xaxis=axis | x,
        yaxis=axis | y,
        showlegend=True,
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        font={"family": "system-ui, sans-serif", "size": 12},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"bgcolor": "#222", "bordercolor": "#222", "font": {"color": "#fff"}},
    )


def logarithmic() -> dict[str, object]:
    """Return an axis with a tick at 1, 2 and 5 of each power of ten, each in full."""
    ticks = [float(f"{digit}e{power}") for power in range(-6, 6) for digit in (1, 2, 5)]
    return {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
