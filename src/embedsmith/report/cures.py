"""What each cure costs: similarity, anisotropy, bias and neighbours of each cure beside the untouched model's."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report import format as text
from embedsmith.report.bias import REMAINS, moved
from embedsmith.report.significance import FALL, MEAN, RISE, Score, scores
from embedsmith.report.table import Cell, Measured, Row, Table, join, value
from embedsmith.report.treated import Treated

ANISOTROPY = ("mean_cosine", "isoscore", "partition", "hubness")
NEIGHBOURS = ("agreement", "neighbours_kept")
NOTE = (
    "Beneath a value: its difference from the untouched model's. Similarity, analogies and tasks: {rise} above, {fall} "
    "below the untouched model in a paired permutation test over the same items, p below {level:g} after Holm's "
    "correction for the {tests} tests of this table; what bears no mark cannot be told apart, and its order says "
    "nothing. Bias: {rise} farther from none, {fall} nearer to none, where the confidence intervals before and after "
    "do not overlap. Anisotropy is of the whole vocabulary, and has no test. Clusters and probes: how well they tell "
    "the words that leaned to either side before; 0.5 is chance. Neighbours: share of a word's nearest that stay so. "
    "Balanced text: another training, on sentences with the groups swapped; marked where the confidence intervals do "
    "not overlap."
)


def table(
    frame: pd.DataFrame, models: Sequence[Treated], bias: Sequence[str], tests: Sequence[str], level: float
) -> Table | None:
    """Return the table of cures, by model; None if there are none.

    Parameters
    ----------
    bias
        Measures of bias that are shown, of those that were measured.
    tests
        Measures that are association tests.
    """
    if not models:
        return None
    measures = {(str(kind), str(name)) for kind, name in zip(frame["kind"], frame["metric"], strict=True)}
    shown = [
        *scores(frame),
        *(("anisotropy", name) for name in ANISOTROPY),
        *(("bias", name) for name in dict.fromkeys((*bias, *REMAINS))),
    ]
    shown = [score for score in shown if score in measures]
    columns = [Cell("cure", "of model"), *(_head(*score) for score in shown), Cell("neighbours", "kept")]
    rows = [row for model in models for row in _rows(model, shown, tests)]
    count = len(models[0].tests)
    return Table(columns, rows, NOTE.format(rise=RISE, fall=FALL, level=level, tests=count))


def _head(kind: str, name: str) -> Cell:
    if (kind, name) == MEAN:
        return Cell("similarity", "mean, kept")
    return Cell(REMAINS.get(name, name.replace("_", " ")), "of leaning words" if name in REMAINS else "")


def _rows(model: Treated, shown: Sequence[Score], tests: Sequence[str]) -> list[Row]:
    untouched = model.untouched
    first = [Cell(text.score(value(untouched, *score))) for score in shown]
    rows = [Row(UNTOUCHED, [Cell(UNTOUCHED, model.name), *first, Cell(text.NONE)], model.name)]
    for variant in model.cures:
        run = model.runs[variant]
        cells = [_cell(model, variant, score, tests) for score in shown]
        kept = Cell(text.percent(value(run, *NEIGHBOURS)))
        rows.append(Row("variant", [Cell(variant, model.name), *cells, kept], model.name))
    for name, run in model.balanced.items():
        cells = [_balanced(run, untouched, score, tests) for score in shown]
        rows.append(Row("variant", [Cell("balanced text", name), *cells, Cell(text.NONE)], model.name))
    return rows


def _cell(model: Treated, variant: str, score: Score, tests: Sequence[str]) -> Cell:
    kind, name = score
    run = model.runs[variant]
    tested = model.tested(variant, score)
    mark = tested.mark if tested else _mark(run, model.untouched, name, tests) if kind == "bias" else ""
    difference = text.difference(model.difference(variant, *score))
    note = join(_kept(run) if score == MEAN else difference, text.p_value(tested.p if tested else math.nan))
    return Cell(f"{text.score(value(run, *score))} {mark}".rstrip(), note)


def _balanced(run: Measured, untouched: Measured, score: Score, tests: Sequence[str]) -> Cell:
    kind, name = score
    if name in REMAINS:  # of the words that leaned in that training: another question
        return Cell(text.NONE)
    mark = _mark(run, untouched, name, tests) if kind == "bias" else beyond(run, untouched, score)
    difference = value(run, *score) - value(untouched, *score)
    return Cell(f"{text.score(value(run, *score))} {mark}".rstrip(), text.difference(difference))


def _mark(run: Measured, untouched: Measured, name: str, tests: Sequence[str]) -> str:
    return {-1: FALL, 0: "", 1: RISE}[moved(run, untouched, name, name in tests)]


def beyond(run: Measured, other: Measured, score: Score) -> str:
    """Return ▲ or ▼ where the confidence intervals of two runs' scores do not overlap; else empty."""
    (low, high), (other_low, other_high) = (
        (value(each, *score, "low"), value(each, *score, "high")) for each in (run, other)
    )
    return RISE if low > other_high else FALL if high < other_low else ""


def _kept(run: Measured) -> str:
    kept = value(run, "similarity", "kept")
    return "" if math.isnan(kept) else f"kept {text.percent(kept)}"
