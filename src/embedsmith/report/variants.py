"""variants.csv: one line a variant, its size and key figures, for `dvc plots diff`, spreadsheets and notebooks."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from embedsmith.report.listing import Listed
from embedsmith.report.table import DERIVED, ISOTROPY, measured, metrics, value

COLUMNS = ("run", "model", "seed", "variant", "megabytes")


def variants(frame: pd.DataFrame, listing: Sequence[Listed]) -> pd.DataFrame:
    """Return a row for each variant: megabytes on disk, the mean score with its interval, all scores, isotropy.

    What was not measured, or refused, is NaN.
    """
    runs = measured(frame)
    scores = [(kind, name) for kind in ("similarity", "downstream") for name in metrics(frame, kind)]
    figures = [*(("similarity", name) for name in DERIVED), *scores, *(("anisotropy", name) for name in ISOTROPY)]
    rows = []
    for entry in listing:
        for variant in entry.variants:
            run = runs[entry.run(variant)]
            rows.append(
                (
                    *(entry.run(variant), entry.model, entry.seed, variant, value(run, "size", "bytes") / 1e6),
                    *(value(run, "similarity", "mean", bound) for bound in ("low", "high")),
                    *(value(run, *each) for each in figures),
                )
            )
    return pd.DataFrame(rows, columns=[*COLUMNS, "low", "high", *(name for _, name in figures)])
