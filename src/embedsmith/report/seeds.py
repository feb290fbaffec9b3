"""Several seeds: the main scores as mean and spread over trainings that differ in nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from embedsmith.report import format as text
from embedsmith.report.frequency import by_model
from embedsmith.report.listing import Listed
from embedsmith.report.significance import scores
from embedsmith.report.table import VARIANT, Cell, Measured, Row, Table, by_size, measured, row_kind, value

ISOTROPY = ("mean_cosine", "isoscore")
NOTE = (
    "Mean over the seeds, and beneath it the standard deviation: how far another training alone moves a score. A "
    "difference between models of no more than that may be the seed's."
)


def over_seeds(frame: pd.DataFrame, listing: Sequence[Listed], bias: Sequence[str]) -> Table | None:
    """Return the table of the main scores over the seeds, and the measures of `bias`; None of a single seed."""
    models = by_model(listing)
    if max(map(len, models.values())) < 2:
        return None
    runs = measured(frame)
    measures = [("bias", name) for name in bias if ((frame["kind"] == "bias") & (frame["metric"] == name)).any()]
    shown = [*scores(frame), *(("anisotropy", name) for name in ISOTROPY), *measures]
    rows = [
        Row(
            row_kind(entries[0], variant),
            [
                Cell(variant, model),
                *(_cell([runs[entry.run(variant)] for entry in entries], *metric) for metric in shown),
            ],
            model,
        )
        for model, entries in models.items()
        for variant in by_size(runs, entries[0])
    ]
    seeds = f"of {len(next(iter(models.values())))} seeds"
    return Table([VARIANT, *(Cell(name.replace("_", " "), seeds) for _, name in shown)], rows, NOTE)


def _cell(runs: Sequence[Measured], kind: str, metric: str) -> Cell:
    found = [value(run, kind, metric) for run in runs]  # a seed without a score leaves none to compare
    deviation = float(np.std(found, ddof=1)) if len(found) > 1 else np.nan
    return Cell(text.score(float(np.mean(found))), text.deviation(deviation))
