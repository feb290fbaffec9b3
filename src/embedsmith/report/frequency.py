"""Scores by how often the rarest word of an item was read, and what variants keep of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report import format as text
from embedsmith.report.compression import LOST, kept
from embedsmith.report.listing import Listed, label
from embedsmith.report.table import VARIANT, Cell, Measured, Row, Table, by_size, join, known, measured, metrics, value

NOTE = (
    "Columns: occurrences, in the training text, of the rarest word of an item; 0 is a word outside the vocabulary. "
    "Beneath a score, its bootstrap confidence interval, or of several seeds the standard deviation over them, and how "
    "many of the band's items are known; of too few there is no score. Models that know different items of a band are "
    "not scored on the same ones."
)

KEPT_NOTE = (
    "The mean of the similarity and analogy scores over the items of a band, divided by that of the untouched model, "
    f"with its paired bootstrap interval; {LOST}: all of the interval is below 100%. Sets of which the model knows "
    "too few items of a band are left out of its mean."
)


def by_frequency(frame: pd.DataFrame, listing: Sequence[Listed]) -> Table | None:
    """Return the table of scores by band of frequency, a row for each data set and model; None if there are none."""
    names = bands(frame)
    if not names:
        return None
    runs = measured(frame)
    rows = []
    for name in metrics(frame, "similarity"):
        for model, entries in by_model(listing).items():
            cells = [_cell(runs, entries, f"{name}.{band}") for band in names]
            kind = "baseline" if entries[0].baseline else UNTOUCHED
            rows.append(Row(kind, [Cell(name, model), *cells]))
    return Table([Cell("data set", "model"), *(Cell(band) for band in names)], rows, NOTE)


def bands(frame: pd.DataFrame) -> list[str]:
    """Return the names of the bands of frequency, the rarest first."""
    found = [str(metric).rsplit(".", 1)[1] for metric in frame.loc[frame["kind"] == "frequency", "metric"]]
    return sorted(set(found), key=lambda band: int(re.split(r"\D", band)[0]))


def kept_by_frequency(frame: pd.DataFrame, listing: Sequence[Listed]) -> Table | None:
    """Return the table of what each variant keeps in each band of frequency; None if there is nothing to show."""
    names, runs = bands(frame), measured(frame)
    rows = [
        Row(
            "variant",
            [
                Cell(variant, label(entry, listing)),
                *(kept(runs[entry.run(variant)], "frequency", f"kept.{band}") for band in names),
            ],
            label(entry, listing),
        )
        for entry in listing
        for variant in by_size(runs, entry)[1:]
    ]
    return Table([VARIANT, *(Cell(band) for band in names)], rows, KEPT_NOTE) if names and rows else None


def by_model(listing: Sequence[Listed]) -> dict[str, list[Listed]]:
    """Return the entries of each model, one for each seed."""
    return {model: list(entries) for model, entries in itertools.groupby(listing, key=lambda entry: entry.model)}


def _cell(runs: Mapping[str, Measured], entries: Sequence[Listed], metric: str) -> Cell:
    of_seeds = [runs[entry.run(UNTOUCHED)] for entry in entries]
    scores = [value(run, "frequency", metric) for run in of_seeds]
    if len(scores) > 1:
        spread = text.deviation(float(np.std(scores, ddof=1)))
    else:
        low, high = (value(of_seeds[0], "frequency", metric, bound) for bound in ("low", "high"))
        spread = text.between(low, high)
    return Cell(text.score(float(np.mean(scores))), join(spread, known(of_seeds[0], "frequency", metric)))
