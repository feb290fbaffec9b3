"""The same variant in several runs: its mean scores side by side, and whether they can be told apart."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from embedsmith.metrics.statistics import holm
from embedsmith.report import format as text
from embedsmith.report.content import Content
from embedsmith.report.listing import Listed
from embedsmith.report.outcomes import Outcomes, asked, intrinsic, p_value
from embedsmith.report.significance import FALL, RISE
from embedsmith.report.table import Cell, Row, Table, join, measured, row_kind, value, with_interval

MEAN = ("similarity", "mean")
NOTE = (
    "Mean of the similarity and analogy scores, and its bootstrap confidence interval. {rise} above, {fall} below the "
    "first run that has the variant: a paired permutation test on the items that both know, p below {level:g} after "
    "Holm's correction for the {tests} tests of this table. What bears no mark cannot be told apart, and the order of "
    "runs and rows says nothing. No test, and no p, where runs were asked differently or an artifact does not lie "
    "there: intervals alone can tell."
)


@dataclass(frozen=True)
class _Pair:
    """A variant in one run, beside the first that has it."""

    name: str
    label: str
    difference: float
    p: float


def paired(runs: Mapping[str, Path], parts: Mapping[str, Content]) -> Table | None:
    """Return a row for each variant that at least two runs have, a column for each run; None if there is none.

    Parameters
    ----------
    runs, parts
        Folder and content of each run by its label.
    """
    having: dict[str, dict[str, tuple[Listed, str]]] = {}
    for label, content in parts.items():
        for entry in content.listing:
            for variant in entry.variants:
                having.setdefault(entry.run(variant), {})[label] = (entry, variant)
    shared = {
        name: own for name, own in having.items() if len(own) > 1 and not any(each.baseline for each, _ in own.values())
    }
    if not shared:
        return None
    pairs = list(_corrected(_pairs(runs, parts, shared)))
    level = next(iter(parts.values())).level
    frames = {label: measured(content.frame) for label, content in parts.items()}
    marks = {(pair.name, pair.label): pair for pair in pairs}
    rows = [
        Row(
            row_kind(*next(iter(own.values()))),
            [
                Cell(next(iter(own.values()))[1], name.rpartition("/")[0]),
                *(
                    _cell(with_interval(frames[label][name], *MEAN, text.score), marks.get((name, label)), level)
                    if label in own
                    else Cell(text.NONE)
                    for label in parts
                ),
            ],
        )
        for name, own in shared.items()
    ]
    tests = sum(not math.isnan(pair.p) for pair in pairs)
    note = NOTE.format(rise=RISE, fall=FALL, level=level, tests=tests)
    return Table([Cell("variant", "of model"), *(Cell(label) for label in parts)], rows, note)


def _cell(cell: Cell, pair: _Pair | None, level: float) -> Cell:
    if pair is None:
        return cell
    mark = "" if math.isnan(pair.p) or pair.p >= level else RISE if pair.difference > 0 else FALL
    note = join(cell.note, text.difference(pair.difference), text.p_value(pair.p))
    return replace(cell, text=f"{cell.text} {mark}".rstrip(), note=note)


def _pairs(
    runs: Mapping[str, Path], parts: Mapping[str, Content], shared: Mapping[str, Mapping[str, tuple[Listed, str]]]
) -> list[_Pair]:
    """Return each variant of each run but the first that has it; p-values are not corrected."""
    asked_of = {label: asked(runs[label], parts[label].listing[0]) for label in parts}
    settings = next(iter(asked_of.values()))
    sets = intrinsic(settings)
    answers = {
        label: Outcomes.of(runs[label], settings, sets) if own == settings and sets else None
        for label, own in asked_of.items()
    }
    frames = {label: measured(content.frame) for label, content in parts.items()}

    def told(name: str) -> list[_Pair]:
        (first, place), *others = shared[name].items()
        found = []
        for label, other in others:
            difference = value(frames[label][name], *MEAN) - value(frames[first][name], *MEAN)
            one, two = answers[first], answers[label]
            p = math.nan
            if one and two and one.signature(*place) and two.signature(*other):
                same = one.signature(*place) == two.signature(*other)
                p = 1.0 if same else p_value(sets, one(*place), two(*other), settings)
            found.append(_Pair(name, label, difference, p))
        return found

    with threadpool_limits(settings.threads), ThreadPoolExecutor(os.cpu_count()) as pool:
        return [pair for pairs in pool.map(told, shared) for pair in pairs]


def _corrected(pairs: list[_Pair]) -> Iterator[_Pair]:
    told = [pair for pair in pairs if not math.isnan(pair.p)]
    ps = iter(holm([pair.p for pair in told]).tolist())
    for pair in pairs:
        yield pair if math.isnan(pair.p) else replace(pair, p=next(ps))
