"""Bias of every model and variant: association tests, the measures of each set of words, and what remains."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from embedsmith.evaluate.bias.measures import MEASURES
from embedsmith.evaluate.bias.names import CHANGED, CLUSTER, LINEAR, NEIGHBOURS, NONLINEAR, REPEATED
from embedsmith.report import format as text
from embedsmith.report.listing import Listed, label
from embedsmith.report.table import (
    VARIANT,
    Cell,
    Measured,
    Row,
    Table,
    coverage,
    join,
    known,
    measured,
    metrics,
    row_kind,
    row_name,
    value,
    variants,
    with_interval,
)

REMAINS = {
    CLUSTER: "clusters",
    LINEAR: "linear probe",
    NONLINEAR: "non-linear probe",
    NEIGHBOURS: "neighbours' side",
}
"""What remains of the untouched model's bias, as it is shown."""
QUESTIONS = {CHANGED: "analogies changed", REPEATED: "analogies repeated"}
UNBIASED = {"ect": 1.0, "mac": 1.0}
"""Where a measure lies that finds no bias; 0, where nothing else is said."""
ASSOCIATIONS_NOTE = (
    "Effect size d of each word embedding association test (WEAT), from -2 to 2: positive where the first targets go "
    "with the first attributes, 0 where neither does; beneath it, the p-value of the permutation test. It is in units "
    "of the targets' own spread: where hardly a difference is left, it can still be large."
)
AUDITS_NOTE = (
    "No bias: ECT and MAC 1, all others 0. RND: neutral words are nearer to the first (below 0) or to the second group "
    "(above 0). ECT: rank correlation of two groups' cosines with neutral words. RIPA: mean product of neutral words "
    "with the difference of the definitional pairs. MAC: mean cosine distance of all groups from attributes, which "
    "subtracting the mean alone changes. RNSB: divergence of the groups' negative sentiment from an even one. Direct: "
    "how far neutral words lie along the direction of the pairs."
)
REMAINS_NOTE = (
    "Of the words that leaned most to either side in the untouched model (Gonen & Goldberg 2019), the share whose side "
    "two clusters or a fresh probe still tell: 0.5 is chance. Neighbours' side: correlation of how neutral words "
    "leaned with the share of that side among their neighbours now. Analogies: answers that change once the words of "
    "the question are no answers any more, and questions that were answered with one of its words."
)


def associations(frame: pd.DataFrame, listing: Sequence[Listed], tests: Iterable[str]) -> Table:
    """Return the table of the effect sizes of association `tests`, each with its p-value."""
    runs = measured(frame)
    shared = {name: coverage(runs.values(), "bias", name) for name in tests}
    rows = []
    for entry, variant in variants(runs, listing):
        run = runs[entry.run(variant)]
        effects = [_effect(run, name, shared[name]) for name in shared]
        rows.append(Row(row_kind(entry, variant), [row_name(listing, entry, variant), *effects], label(entry, listing)))
    return Table([VARIANT, *(Cell(name, shared[name]) for name in shared)], rows, ASSOCIATIONS_NOTE)


def audits(frame: pd.DataFrame, listing: Sequence[Listed], tests: Iterable[str]) -> dict[str, Table]:
    """Return a table of the other measures of each set of words, by its name."""
    found: dict[str, list[str]] = {}
    for name in metrics(frame, "bias"):
        measure, _, audit = name.partition("_")
        if measure in MEASURES and audit and name not in set(tests):
            found.setdefault(audit, []).append(name)
    order = list(MEASURES)
    return {
        audit: _table(
            frame,
            listing,
            {name: name.partition("_")[0] for name in sorted(names, key=lambda name: order.index(name.split("_")[0]))},
            AUDITS_NOTE,
        )
        for audit, names in found.items()
    }


def remains(frame: pd.DataFrame, listing: Sequence[Listed]) -> Table | None:
    """Return the table of what remains of the bias that the untouched models had; None if it was not measured."""
    measures = set(metrics(frame, "bias"))
    shown = {name: shown for name, shown in (REMAINS | QUESTIONS).items() if name in measures}
    return _table(frame, listing, shown, REMAINS_NOTE) if shown else None


def distance(run: Measured, name: str, test: bool) -> tuple[float, float, float]:
    """Return how far a measure lies from no bias, with the interval of that: score, low, high; NaN where refused.

    Parameters
    ----------
    test
        Whether it is an association test, whatever its name.
    """
    none = 0.0 if test else UNBIASED.get(name.partition("_")[0], 0.0)
    score, low, high = (value(run, "bias", name, field) - none for field in ("score", "low", "high"))
    least = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return abs(score), math.nan if math.isnan(low) else least, max(abs(low), abs(high))


def moved(run: Measured, untouched: Measured, name: str, test: bool) -> int:
    """Return -1 if a measure lies nearer to no bias than the untouched model's, 1 if farther, both beyond intervals."""
    (_, low, high), (_, other_low, other_high) = (distance(each, name, test) for each in (run, untouched))
    return -1 if high < other_low else 1 if low > other_high else 0


def _table(frame: pd.DataFrame, listing: Sequence[Listed], names: dict[str, str], note: str) -> Table:
    runs = measured(frame)
    shared = {name: coverage(runs.values(), "bias", name) for name in names}
    rows = []
    for entry, variant in variants(runs, listing):
        cells = [_score(runs[entry.run(variant)], name, shared[name]) for name in names]
        rows.append(Row(row_kind(entry, variant), [row_name(listing, entry, variant), *cells], label(entry, listing)))
    return Table([VARIANT, *(Cell(shown, shared[name]) for name, shown in names.items())], rows, note)


def _effect(run: Measured, test: str, shared: str) -> Cell:
    p = text.p_value(value(run, "bias", test, "p"))
    return Cell(text.score(value(run, "bias", test)), join(p, "" if shared else known(run, "bias", test)))


def _score(run: Measured, name: str, shared: str) -> Cell:
    cell = with_interval(run, "bias", name, text.score)
    return Cell(cell.text, join(cell.note, "" if shared else known(run, "bias", name)))
