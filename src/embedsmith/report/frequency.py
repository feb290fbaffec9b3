"""Scores by how often the rarest word of an item was read, of the untouched models."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report import format as text
from embedsmith.report.listing import Listed
from embedsmith.report.table import Cell, Measured, Row, Table, join, known, measured, metrics, value

NOTE = (
    "Columns: occurrences, in the training text, of the rarest word of an item; 0 is a word outside the vocabulary. "
    "Beneath a score, its bootstrap confidence interval, or of several seeds the standard deviation over them, and how "
    "many of the band's items are known; of too few there is no score. Models that know different items of a band are "
    "not scored on the same ones."
)


def by_frequency(frame: pd.DataFrame, listing: Sequence[Listed]) -> Table | None:
    """Return the table of scores by band of frequency, a row for each data set and model; None if there are none."""
    found = [str(metric).rsplit(".", 1)[1] for metric in frame.loc[frame["kind"] == "frequency", "metric"]]
    bands = sorted(set(found), key=lambda band: int(re.split(r"\D", band)[0]))
    if not bands:
        return None
    runs = measured(frame)
    rows = []
    for name in metrics(frame, "similarity"):
        for model, entries in by_model(listing).items():
            cells = [_cell(runs, entries, f"{name}.{band}") for band in bands]
            kind = "baseline" if entries[0].baseline else UNTOUCHED
            rows.append(Row(kind, [Cell(name, model), *cells]))
    return Table([Cell("data set", "model"), *(Cell(band) for band in bands)], rows, NOTE)


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
