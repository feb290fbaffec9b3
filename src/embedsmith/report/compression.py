"""What each way to compress a model saves, and what it loses: bytes, scores, agreement with the untouched model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report import format as text
from embedsmith.report.claims import Judged
from embedsmith.report.listing import Listed, label
from embedsmith.report.table import (
    SCORES,
    Cell,
    Measured,
    Row,
    Table,
    by_size,
    measured,
    metrics,
    on_disk,
    reduction,
    value,
    with_interval,
)

LOST = "▼"
"""Beside a share of the scores whose whole interval is below 1."""
COLUMNS = (
    Cell("variant", "of model"),
    Cell("on disk"),
    Cell("words"),
    Cell("reduction", "of the rows"),
    Cell("kept", "of untouched"),
)
AGREEMENT = (Cell("error"), Cell("cosines", "correlation"), Cell("neighbours", "kept"))
CLAIM = Cell("claim")
NOTE = (
    "On disk: all files; beneath, the words' rows with all that decodes them, and what unseen words are composed of; "
    "beside, the words themselves. Kept: the mean score, and each score, divided by that of the untouched model, "
    f"with its paired bootstrap interval; {LOST}: all of the interval is below 100%, the loss is significant. "
    "Error: what the best affine map from the variant back to the model leaves of the vectors, relative to them "
    "(Frobenius norm, less their mean): 0 loses nothing, 1 is what the mean alone gives; chains that change the "
    "coordinates, such as pca, are measured as those that keep them. Cosines: Pearson's correlation of the cosines of "
    "pairs of words, drawn by chance, with those of the untouched model. Neighbours: share of a word's nearest "
    "that are among its nearest in the variant. Rows a second differ between equal runs: they are in MLflow, as "
    "compress.rows_per_second."
)


def compression(frame: pd.DataFrame, listing: Sequence[Listed], claims: Sequence[Judged]) -> Table | None:
    """Return the table of what variants save and lose, by model, the largest first; None if there are no variants."""
    if not any(len(entry.variants) > 1 for entry in listing):
        return None
    runs, sets = measured(frame), [name for kind in SCORES for name in metrics(frame, kind)]
    judged = {claim.run: claim for claim in claims}
    rows = []
    for entry in listing:
        if entry.baseline:
            continue
        untouched = runs[entry.run(UNTOUCHED)]
        name = label(entry, listing)
        for variant in by_size(runs, entry):
            run, claim = runs[entry.run(variant)], judged.get(entry.run(variant))
            cells = [
                Cell(variant, name),
                on_disk(run),
                Cell(text.size(value(run, "size", "vocabulary_bytes")), order=value(run, "size", "vocabulary_bytes")),
                Cell(text.times(reduction(run, untouched)), order=reduction(run, untouched)),
                kept(run),
                *(kept(run, "kept_of", f"kept.{each}") for each in sets),
                Cell(text.score(value(run, "agreement", "reconstruction_error"))),
                Cell(text.score(value(run, "agreement", "cosine_correlation"))),
                with_interval(run, "agreement", "neighbours_kept", text.percent),
                _claim(claim),
            ]
            rows.append(Row(UNTOUCHED if variant == UNTOUCHED else "variant", cells, name))
    return Table([*COLUMNS, *(Cell(each, "kept") for each in sets), *AGREEMENT, CLAIM], rows, NOTE)


def kept(run: Measured, kind: str = "similarity", metric: str = "kept") -> Cell:
    """Return what is kept of a score, its interval, and a mark where the loss is significant."""
    cell = with_interval(run, kind, metric, text.percent)
    return replace(cell, text=f"{cell.text} {LOST}") if value(run, kind, metric, "high") < 1 else cell


def _claim(claim: Judged | None) -> Cell:
    if claim is None:
        return Cell(text.NONE)
    return Cell(claim.verdict, f"{claim.claim.size}, {claim.claim.loss}", claim.verdict)
