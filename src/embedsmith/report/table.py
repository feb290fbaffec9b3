"""The comparison: one row a variant, its cost and its scores side by side."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report import format as text
from embedsmith.report.listing import Listed, label

SCORES = ("similarity", "downstream")
"""Kinds of metrics whose scores stand side by side."""
DERIVED = ("mean", "share", "kept")
"""Similarity metrics made of the scores; the others are the scores themselves."""
ISOTROPY = ("isoscore", "mean_cosine", "top1_variance")
"""Metrics of anisotropy that the comparison shows; the frame has them all."""

Measured = Mapping[tuple[str, str], Mapping[str, Any]]
"""What was measured of one variant: by kind and metric, the fields of that row of the frame."""


@dataclass(frozen=True)
class Cell:
    """A value, and beneath it its interval.

    Attributes
    ----------
    verdict
        The text of one that is a verdict, which the page colours.
    order
        By which the page sorts it; NaN where the text says it.
    """

    text: str
    note: str = ""
    verdict: str = ""
    order: float = math.nan


@dataclass(frozen=True)
class Row:
    """Cells of one variant, or of what else a table is about.

    Attributes
    ----------
    kind
        Untouched, variant or baseline.
    model
        Names the group of rows that it stands in, if there are any.
    run
        Name of the variant's run, where the page is to know it.
    """

    kind: str
    cells: list[Cell]
    model: str = ""
    run: str = ""


@dataclass(frozen=True)
class Table:
    """Columns, each with what holds of all of it; rows of as many cells; and how to read them."""

    columns: list[Cell]
    rows: list[Row]
    note: str

    @property
    def groups(self) -> dict[str, list[Row]]:
        """The rows of each model, in their order; all of them under the empty name where they are not grouped."""
        names = dict.fromkeys(row.model for row in self.rows)
        return {name: [row for row in self.rows if row.model == name] for name in names}


VARIANT = Cell("variant", "of model")
COMPARISON_NOTE = (
    "Beneath a data set's name, how many of its items are known, and of these composed, where a word outside the "
    "vocabulary got a vector of its parts; beneath a score, its bootstrap confidence interval. Of labelled texts, such "
    "as topics, the score is the accuracy of a classifier of the mean vectors of their words. "
    "Reduction is of the rows of words, without the words and without what unseen ones are composed of (beneath the "
    "size: unseen). Kept: the mean of the similarity and analogy scores, divided by that of the untouched model. "
    "Share: the same over the better of the untouched and the centred model, so that nothing is credited with what "
    "subtracting the mean alone gains."
)


def measured(frame: pd.DataFrame) -> Mapping[str, Measured]:
    """Return what the tidy `frame` says of each run, by the run's name."""
    runs: dict[str, dict[tuple[str, str], Mapping[str, Any]]] = {}
    for row in frame.to_dict("records"):
        run = f"{row['model']}/s{row['seed']}/{row['variant']}"
        runs.setdefault(run, {})[row["kind"], row["metric"]] = {str(field): value for field, value in row.items()}
    return runs


def value(run: Measured, kind: str, metric: str, field: str = "score") -> float:
    """Return one field of one metric of a run; NaN where it was not measured."""
    found = run.get((kind, metric), {}).get(field)
    return math.nan if found is None or pd.isna(found) else float(found)


def reduction(run: Measured, untouched: Measured) -> float:
    """How many times fewer bytes the rows take than those of the untouched model."""
    return value(untouched, "size", "model_bytes") / value(run, "size", "model_bytes")


def metrics(frame: pd.DataFrame, kind: str) -> list[str]:
    """Names of the scores of one kind, weat2 before weat10."""
    names = [str(name) for name in frame.loc[frame["kind"] == kind, "metric"].unique() if name not in DERIVED]
    return sorted(names, key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)])


def by_size(runs: Mapping[str, Measured], entry: Listed) -> list[str]:
    """Return the variants of a model: the untouched one, then the others by their bytes on disk, the largest first."""
    others = [variant for variant in entry.variants if variant != UNTOUCHED]
    return [UNTOUCHED, *sorted(others, key=lambda variant: -value(runs[entry.run(variant)], "size", "bytes"))]


def comparison(frame: pd.DataFrame, listing: Sequence[Listed]) -> Table:
    """Return the table of sizes, scores with interval and coverage, what is kept of them, and anisotropy."""
    runs = measured(frame)
    scores = [(kind, name) for kind in SCORES for name in metrics(frame, kind)]
    isotropy = [name for name in metrics(frame, "anisotropy") if name in ISOTROPY]
    shared = {score: coverage(runs.values(), *score) for score in scores}
    columns = [
        VARIANT,
        Cell("on disk"),
        Cell("reduction"),
        *(Cell(score[1], shared[score]) for score in scores),
        Cell("kept", "of untouched"),
        Cell("share"),
        *(Cell(name.replace("_", " ")) for name in isotropy),
    ]
    rows = []
    for entry, variant in variants(runs, listing):
        run, untouched = runs[entry.run(variant)], runs[entry.run(UNTOUCHED)]
        cells = [
            row_name(listing, entry, variant),
            on_disk(run),
            Cell(text.times(reduction(run, untouched)), order=reduction(run, untouched)),
            *(_score(run, *score, shared[score]) for score in scores),
            *(with_interval(run, "similarity", name, text.percent) for name in ("kept", "share")),
            *(with_interval(run, "anisotropy", name, text.score) for name in isotropy),
        ]
        rows.append(Row(row_kind(entry, variant), cells, label(entry, listing), entry.run(variant)))
    return Table(columns, rows, COMPARISON_NOTE)


def variants(runs: Mapping[str, Measured], listing: Sequence[Listed]) -> Iterable[tuple[Listed, str]]:
    """Yield every row that a table of all models and variants has."""
    return ((entry, variant) for entry in listing for variant in by_size(runs, entry))


def row_kind(entry: Listed, variant: str) -> str:
    """Return the kind of a variant's row."""
    return "baseline" if entry.baseline else UNTOUCHED if variant == UNTOUCHED else "variant"


def on_disk(run: Measured) -> Cell:
    """Return the bytes on disk, and beneath them those of the rows and of what unseen words are composed of."""
    unseen = value(run, "size", "fallback_bytes")
    rows = f"rows {text.size(value(run, 'size', 'model_bytes'))}"
    note = join(rows, f"unseen {text.size(unseen)}" if unseen > 0 else "")
    count = value(run, "size", "bytes")
    return Cell(text.size(count), note, order=count)


def row_name(listing: Sequence[Listed], entry: Listed, variant: str) -> Cell:
    """Return the first cell of a variant's row."""
    return Cell(variant, label(entry, listing))


def coverage(runs: Iterable[Measured], kind: str, metric: str) -> str:
    """Return what is known of a data set, where it is the same for all runs; else empty, and each cell says its own."""
    found = {known(run, kind, metric) for run in runs}
    return found.pop() if len(found) == 1 else ""


def known(run: Measured, kind: str, metric: str) -> str:
    """Return how many items of a data set are known, in words, and how many of them by a composed vector."""
    count, items, composed = (value(run, kind, metric, field) for field in ("known", "items", "composed"))
    if math.isnan(items):
        return ""
    return join(
        f"{text.integer(count)} of {text.integer(items)}", f"{text.integer(composed)} composed" if composed > 0 else ""
    )


def _score(run: Measured, kind: str, metric: str, shared: str) -> Cell:
    cell = with_interval(run, kind, metric, text.score)
    return replace(cell, note=join(cell.note, "" if shared else known(run, kind, metric)))


def with_interval(run: Measured, kind: str, metric: str, show: Callable[[float], str]) -> Cell:
    """Return a score as `show` writes it, and beneath it its interval."""
    low, high = value(run, kind, metric, "low"), value(run, kind, metric, "high")
    note = "" if math.isnan(low) else f"{show(low)} to {show(high)}"
    score = value(run, kind, metric)
    return Cell(show(score), note, order=score)


def join(*notes: str) -> str:
    """Join the notes that say something."""
    return ", ".join(note for note in notes if note)
