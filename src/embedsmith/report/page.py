"""index.html: the report as one file that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jinja2
import plotly.graph_objects as go
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from embedsmith.config.dotted import leaves
from embedsmith.report import budget, plots, rare
from embedsmith.report import format as text
from embedsmith.report.claims import verdicts
from embedsmith.report.compression import compression
from embedsmith.report.content import Content
from embedsmith.report.frequency import bands, by_frequency, kept_by_frequency
from embedsmith.report.listing import label
from embedsmith.report.sections import bias, found, sections
from embedsmith.report.table import comparison, measured, metrics


def render(content: Content) -> str:
    """Return the page; the same content gives the same bytes."""
    files = resources.files("embedsmith.report")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    for show in (text.integer, text.percent, text.setting, text.times):
        environment.filters[show.__name__] = show
    figures = list(_figures(content))
    return environment.from_string((files / "page.html").read_text(encoding="utf-8")).render(
        content=content,
        comparison=comparison(content.frame, content.listing),
        compression=compression(content.frame, content.listing, content.claims),
        claims=verdicts(content.claims, content.claims_note),
        models=[label(entry, content.listing) for entry in content.listing if not entry.baseline],
        rare=[] if content.rare is None else rare.tables(content.rare, content.listing),
        budget=budget.table(content.searches, content.listing),
        budget_notes=budget.notes(content.searches),
        frequency=by_frequency(content.frame, content.listing),
        kept=kept_by_frequency(content.frame, content.listing),
        found=found(content),
        sections=list(sections(content)),
        bias=bias(content),
        tokens=dict(leaves(content.tokens)),
        captions={
            section: {name: caption for name, caption, _ in figures if name.startswith(f"{section}-")}
            for section in ("size", "variants", "budget", "rare", "frequency", "spectrum", "bias", "loss")
        },
        figures={name: _plain(figure) for name, _, figure in figures},
        style=Markup((files / "page.css").read_text(encoding="utf-8")),  # noqa: S704  our own file
        plotly=Markup(get_plotlyjs()),  # noqa: S704  the library itself
    )


def _figures(content: Content) -> Iterator[tuple[str, str, go.Figure]]:
    """Yield the name of each plot's place in the page, its caption, and the plot."""
    runs = measured(content.frame)
    sets = metrics(content.frame, "similarity")
    for metric in ("share", *sets) if sets else ():
        yield f"size-{metric}", metric, plots.score_against_size(runs, content.listing, metric)
    if content.searches:
        yield "budget-front", "agreement with the untouched vectors", budget.plot(content.searches, content.listing)
    if content.rare is not None:
        for measure, name in rare.MEASURES.items():
            yield f"rare-{measure}", name, plots.score_against_occurrences(content.rare, content.listing, measure)
    names = bands(content.frame)
    for entry in content.listing:
        if len(entry.variants) > 1:
            place = f"{entry.model}-{entry.seed}"
            yield f"variants-{place}", label(entry, content.listing), plots.variants_against_size(runs, entry, "kept")
            if names:
                yield f"frequency-{place}", label(entry, content.listing), plots.lost_by_frequency(runs, entry, names)
    for entry, spectrum in zip(content.listing, content.spectra, strict=True):
        if not entry.baseline:
            place = f"{entry.model}-{entry.seed}"
            yield f"spectrum-{place}", label(entry, content.listing), plots.spectrum(spectrum, entry)
            if content.tests:
                yield f"bias-{place}", label(entry, content.listing), plots.bias(runs, entry, list(content.tests))
    yield "loss-all", "loss per pair on held-out text", plots.loss(content.histories, content.listing)


def _plain(figure: go.Figure) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(figure.to_json())
    return plain
