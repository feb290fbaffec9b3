"""Every metric as one tidy frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from embedsmith.errors import InputError
from embedsmith.files import read_json
from embedsmith.report.listing import Listed, listed

METRICS = Path("reports/metrics")
KINDS = ("size", "similarity", "anisotropy", "bias")
FIELDS = ("score", "low", "high", "p", "known", "items", "coverage")


def results(root: str | Path = ".") -> pd.DataFrame:
    """Return every metric of what the configuration of the project in `root` lists, one a row.

    Returns
    -------
    pandas.DataFrame
        Columns `model`, `seed`, `variant`, `kind` (size, similarity, anisotropy, bias), `metric`; `score`, its
        confidence interval `low` to `high`, the p-value `p`; how many `items` the data set has, how many of them
        are `known`, and their share, `coverage`. What a metric does not have is NaN.

    Raises
    ------
    InputError
        If the metrics of something that is listed are missing or damaged.
    """
    rows = [row for entry in listed(Path(root)) for row in _rows(Path(root), entry)]
    frame = pd.DataFrame(rows, columns=["model", "seed", "variant", "kind", "metric", *FIELDS])
    counts = {"known": "Int64", "items": "Int64"}
    return frame.astype({field: counts.get(field, "float64") for field in FIELDS})


def _rows(root: Path, entry: Listed) -> Iterator[dict[str, Any]]:
    for kind in KINDS:
        path = METRICS / entry.folder / f"{kind}.json"
        values = read_json(root, path)
        for variant in entry.variants:
            if variant not in values:
                raise InputError(f"{path}: {variant} is not in it; run `dvc repro`")
            for metric, value in values[variant].items():
                fields = value if isinstance(value, dict) else {"score": value}
                yield {
                    "model": entry.model,
                    "seed": entry.seed,
                    "variant": variant,
                    "kind": kind,
                    "metric": metric,
                } | {field: fields.get(field) for field in FIELDS}
