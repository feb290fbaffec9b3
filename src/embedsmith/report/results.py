"""Every metric as one tidy frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from embedsmith.errors import InputError
from embedsmith.files import read_json
from embedsmith.report.listing import Listed, listed

METRICS = Path("reports/metrics")
KINDS = ("size", "similarity", "downstream", "anisotropy", "bias")
APART = ("frequency", "further", "renamed")
"""Kinds that stand within the similarity metrics, one level deeper."""
BESIDE = {"agreement": "", "kept_of": "kept.", "macro_f1": "", "words": ""}
"""Kinds that stand there or in downstream, at the level of metrics, and what their metrics' names begin with."""
FIELDS = ("score", "low", "high", "p", "known", "items", "coverage", "composed", "averaged")


def results(root: str | Path = ".") -> pd.DataFrame:
    """Return every metric of what the configuration of the project in `root` lists, one a row.

    Returns
    -------
    pandas.DataFrame
        Columns `model`, `seed`, `variant`, `kind` (size, similarity, downstream, kept_of, agreement, frequency,
        further, macro_f1, words, renamed, anisotropy, bias), `metric`; `score`, its confidence interval `low` to
        `high`, the p-value `p`, of an association test its own, of another score that of the paired test against the
        untouched model; how many `items` the data set has, how many of them are `known`, and their share, `coverage`;
        how many rest on a vector that was `composed` for a word outside the vocabulary, and how many on one `averaged`
        over several words. What a metric does not have is NaN.

        Of kind kept_of, `kept.wordsim353` is that score divided by that of the untouched model; of kind frequency,
        `wordsim353.20-99` is the score over the items whose rarest word was read 20 to 99 times; of kind further,
        `google.mul` is by another measure, and `google.capital-world` over one section; of kinds macro_f1 and words,
        `topics` is another measure of that task, and the share of its words that is known; of kind renamed,
        `5.reciprocal_rank` is about words renamed at 5 occurrences.

    Raises
    ------
    InputError
        If the metrics of something that is listed are missing or damaged.
    """
    rows = [row for entry in listed(Path(root)) for row in _rows(Path(root), entry)]
    frame = pd.DataFrame(rows, columns=["model", "seed", "variant", "kind", "metric", *FIELDS])
    counts = dict.fromkeys(("known", "items", "composed", "averaged"), "Int64")
    return frame.astype({field: counts.get(field, "float64") for field in FIELDS})


def _rows(root: Path, entry: Listed) -> Iterator[dict[str, Any]]:
    for kind in KINDS:
        path = METRICS / entry.folder / f"{kind}.json"
        values = read_json(root, path)
        for variant in entry.variants:
            if variant not in values:
                raise InputError(f"{path}: {variant} is not in it; run `dvc repro`")
            named = {"model": entry.model, "seed": entry.seed, "variant": variant}
            for of_kind, metric, value in _metrics(kind, values[variant]):
                fields = value if isinstance(value, dict) else {"score": value}
                yield named | {"kind": of_kind, "metric": metric} | {field: fields.get(field) for field in FIELDS}


def _metrics(kind: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield kind, name and value of each metric in the file of one kind."""
    for metric, value in values.items():
        if kind == "similarity" and metric in APART:
            for group, leaves in value.items():
                yield from ((metric, f"{group}.{name}", leaf) for name, leaf in leaves.items())
        elif kind in ("similarity", "downstream") and metric in BESIDE:
            yield from ((metric, BESIDE[metric] + name, leaf) for name, leaf in value.items())
        else:
            yield kind, metric, value
