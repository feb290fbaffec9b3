"""index.html: the report as one file that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.config.dotted import leaves
from embedsmith.report import anisotropy, budget, plots, rare, repeat
from embedsmith.report.chains import Chains, cures
from embedsmith.report.claims import verdicts
from embedsmith.report.compression import compression
from embedsmith.report.content import Content
from embedsmith.report.frame import filled, read
from embedsmith.report.frequency import bands, by_frequency, kept_by_frequency
from embedsmith.report.front import front
from embedsmith.report.listing import Listed, label
from embedsmith.report.packed import packed
from embedsmith.report.sections import bias, found, sections
from embedsmith.report.table import Table, comparison, measured, metrics, value

PLACES = ("size", "variants", "budget", "rare", "frequency", "spectrum", "anisotropy", "bias", "loss")
"""Sections that have plots."""
COMPRESSION, CURE, FRONT = "compression", "cure", "on the front"
"""Kinds of variants that the comparison can be filtered by, beside the untouched ones and baselines."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What a page of several runs has more: what differs in their settings, and tests between them if there are any."""

    differs: Table
    paired: Table | None


def render(content: Content, parts: Mapping[str, Content] | None = None, compared: Compared | None = None) -> str:
    """Return the page; the same content gives the same bytes.

    Parameters
    ----------
    parts
        Of a page of several runs, each by its label; `content` holds what is shown of all of them together.
    """
    figures = list(_figures(content))
    parts = parts or {"": content}
    return filled(
        "page.html",
        {name: json.loads(figure.to_json()) for name, _, figure in figures},
        filters={"flat": lambda values: dict(leaves(values)), "command": repeat.whole, "kinds": _kinds},
        content=content,
        parts=parts,
        compared=compared,
        comparison=comparison(content.frame, content.listing),
        attributes=_attributes(content),
        roles=[UNTOUCHED, COMPRESSION, CURE, FRONT],
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
        captions={
            section: {name: caption for name, caption, _ in figures if name.startswith(f"{section}-")}
            for section in PLACES
        },
        runs=[run for name, part in parts.items() for run in repeat.runs(part, f"{name} " if name else "")],
        words=content.neighbourhoods,
        packed=None if content.neighbourhoods is None else packed(content.neighbourhoods, content.listing),
        words_script=read("words.js"),
    )


def _attributes(content: Content) -> dict[str, dict[str, str]]:
    """Return what each row of the comparison can be filtered by, by the name of its run."""
    runs, known = measured(content.frame), cures(content.chains)
    of_all = [(entry, variant) for entry in content.listing for variant in entry.variants]
    sizes = [value(runs[entry.run(variant)], "size", "bytes") for entry, variant in of_all]
    best = set(front(sizes, [value(runs[entry.run(variant)], "similarity", "mean") for entry, variant in of_all]))
    return {
        entry.run(variant): {
            "bytes": f"{sizes[place]:.0f}",
            "roles": "|".join([*_roles(entry, variant, known), *([FRONT] if place in best else [])]),
        }
        for place, (entry, variant) in enumerate(of_all)
    }


def _kinds(chains: Chains) -> list[tuple[str, int]]:
    """Return how many variants compress, cure, and do both."""
    known = cures(chains)
    alone = sum(cure.alone for cure in known.values())
    counts = {"to compress": len(chains) - len(known), "to cure": alone, "to do both": len(known) - alone}
    return [(kind, count) for kind, count in counts.items() if count]


def _roles(entry: Listed, variant: str, known: Mapping[str, Any]) -> list[str]:
    if variant == UNTOUCHED:
        return [] if entry.baseline else [UNTOUCHED]
    cure = known.get(variant)
    return [COMPRESSION] if cure is None else [CURE] if cure.alone else [COMPRESSION, CURE]


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
    for model in content.treated:
        if model.cures:
            yield f"anisotropy-{model.entry.model}-{model.entry.seed}", model.name, anisotropy.plot(model)
    yield "loss-all", "loss per pair on held-out text", plots.loss(content.histories, content.listing)
