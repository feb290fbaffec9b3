"""The plots. Colours stand on white and on black; the page's style sheet colours text and grid for both."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report import format as text
from embedsmith.report.frequency import by_model
from embedsmith.report.listing import Listed, label
from embedsmith.report.rare import Rare
from embedsmith.report.table import Measured, value

COLOURS = ("#3f83d1", "#d9822b", "#2f9e74", "#b8569b", "#8a6fd1", "#a08a1c", "#3a9fb0", "#c0524a")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "star", "x", "hexagon", "pentagon")
GREY = "#8a8a8a"
SIGNIFICANT = 0.05
"""A bias test with a p-value below this has a filled marker."""


def score_against_size(runs: Mapping[str, Measured], listing: Sequence[Listed], metric: str) -> go.Figure:
    """Score of every variant, with its interval, over its bytes on disk (logarithmic)."""
    figure = go.Figure()
    variants = list(dict.fromkeys(variant for entry in listing for variant in entry.variants))
    symbols = dict(zip(variants, itertools.cycle(SYMBOLS), strict=False))
    for entry, colour in _coloured(listing):
        measured = [runs[entry.run(variant)] for variant in entry.variants]
        scores = [value(run, "similarity", metric) for run in measured]
        lows = [value(run, "similarity", metric, "low") for run in measured]
        highs = [value(run, "similarity", metric, "high") for run in measured]
        sizes = [value(run, "size", "bytes") for run in measured]
        figure.add_scatter(
            name=label(entry, listing),
            x=[size / 1e6 for size in sizes],
            y=scores,
            error_y={
                "array": [high - score for high, score in zip(highs, scores, strict=True)],
                "arrayminus": [score - low for low, score in zip(lows, scores, strict=True)],
                "thickness": 1,
                "width": 3,
            },
            mode="markers",
            marker={"color": colour, "size": 9, "symbol": [symbols[variant] for variant in entry.variants]},
            customdata=[
                [variant, text.size(size), f"{text.score(low)} to {text.score(high)}"]
                for variant, size, low, high in zip(entry.variants, sizes, lows, highs, strict=True)
            ],
            hovertemplate="%{customdata[0]}, %{customdata[1]}<br>%{y:.3f} (%{customdata[2]})",
        )
    for variant, symbol in symbols.items():  # an entry of the legend for each symbol
        marker = {"color": GREY, "size": 9, "symbol": f"{symbol}-open"}
        figure.add_scatter(name=variant, x=[None], y=[None], mode="markers", marker=marker, hoverinfo="skip")
    return _laid_out(
        figure, x=_logarithmic() | {"title": "MB on disk"}, y={"tickformat": ".0%"} if metric == "share" else {}
    )


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
    return _laid_out(figure, x=x | {"title": "occurrences in the training text"}, y={"rangemode": "tozero"})


def spectrum(spectrum: pd.DataFrame, entry: Listed) -> go.Figure:
    """Share of the variance along each principal component, of every variant of one model."""
    figure = go.Figure()
    for variant, colour in zip(entry.variants, _cycle(len(entry.variants)), strict=True):
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
    return _laid_out(figure, x={"title": "component"}, y=_logarithmic())


def bias(runs: Mapping[str, Measured], entry: Listed, tests: Sequence[str]) -> go.Figure:
    """WEAT effect sizes of the untouched model and of every variant; a filled marker is significant."""
    figure = go.Figure()
    for variant, colour in zip(entry.variants, _cycle(len(entry.variants)), strict=True):
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
    figure = _laid_out(figure, x={"title": "effect size d", "zeroline": True}, y={"autorange": "reversed"})
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
    return _laid_out(figure, x={"title": "words seen"}, y={})


def _coloured(listing: Sequence[Listed]) -> list[tuple[Listed, str]]:
    """Each entry with its colour; a baseline is grey, and takes none from the others."""
    colours = iter(_cycle(len(listing)))
    return [(entry, GREY if entry.baseline else next(colours)) for entry in listing]


def _cycle(count: int) -> list[str]:
    return [COLOURS[i % len(COLOURS)] for i in range(count)]


def _laid_out(figure: go.Figure, x: dict[str, object], y: dict[str, object]) -> go.Figure:
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


def _logarithmic() -> dict[str, object]:
    """Return an axis with a tick at 1, 2 and 5 of each power of ten, each in full."""
    ticks = [float(f"{digit}e{power}") for power in range(-6, 6) for digit in (1, 2, 5)]
    return {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
