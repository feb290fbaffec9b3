"""Findings about debiasing: which measures fall, what remains, what it costs, and whether it survives compression."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from embedsmith.evaluate.bias.names import CHANGED, CLUSTER, LINEAR, NONLINEAR, REPEATED
from embedsmith.report import format as text
from embedsmith.report.bias import REMAINS, distance, moved
from embedsmith.report.cures import beyond
from embedsmith.report.significance import FALL, MEAN, RISE
from embedsmith.report.table import Measured, value
from embedsmith.report.treated import Treated

TELLS = 0.75
"""Clusters or a probe that are right so often tell the sides; halfway between chance and always."""
CHANCE = 0.65
"""Those that are right no more often are near chance, 0.5."""
SHOWN = 6
"""Measures that a sentence names at most."""
SURVIVES = 0.9
"""Part of a fall that must be left for a cure to have survived."""
TURNED = 0.25
"""Part of an effect that must be reached on the other side to be worth telling."""
SIGNED = ("rnd", "ripa")
"""Measures that have a side, besides the association tests."""
NO_DIFFERENCE = "mac_"
"""What is about all groups alike: subtracting the mean alone changes it."""


def findings(model: Treated, tests: Sequence[str]) -> Iterator[str]:
    """Yield what can be said of the debiasing of one model.

    Parameters
    ----------
    tests
        Measures that are association tests.
    """
    names = measures(model.untouched)
    for variant in model.debiasing:
        run = model.runs[variant]
        parts = [falls(run, model.untouched, names, tests), remains(run, model.untouched), cost(run)]
        if said := "; ".join(part for part in parts if part):
            yield f"{variant} {said}."
    yield from over_corrected(model, names, tests)
    for variant, cure in model.cures.items():
        if cure.debiasing and cure.of in model.runs:
            yield from survives(model, variant, str(cure.of), names, tests)
    for name, run in model.balanced.items():
        parts = [falls(run, model.untouched, names, tests), similarity(run, model.untouched)]
        if said := "; ".join(part for part in parts if part):
            yield f"training on balanced text ({name}) {said}."


def measures(run: Measured) -> list[str]:
    """Return the names of the measures of bias that compare groups and have a score and an interval."""
    apart = (*REMAINS, CHANGED, REPEATED)
    return [
        name
        for kind, name in run
        if kind == "bias"
        and name not in apart
        and not name.startswith(NO_DIFFERENCE)
        and not math.isnan(value(run, kind, name, "low"))
    ]


def falls(run: Measured, untouched: Measured, names: Sequence[str], tests: Sequence[str]) -> str:
    """Say which measures of bias fall, which rise, and how many do neither; empty if there are none."""
    if not names:
        return ""
    moves = {name: moved(run, untouched, name, name in tests) for name in names}
    parts = [
        f"{verb} {_named(found, run, untouched)}"
        for side, verb in ((-1, "lessens bias by"), (1, "adds to bias by"))
        if (found := [name for name in names if moves[name] == side])
    ]
    left = sum(side == 0 for side in moves.values())
    if not parts:
        return f"moves none of {left} measures of bias beyond their intervals"
    others = f"; of the other {left} none moves beyond its interval" if left else ""
    return "; ".join(parts) + others


def remains(run: Measured, untouched: Measured) -> str:
    """Say whether words that leaned are still told apart: by clusters, by a linear probe, by one that is not."""
    parts = []
    clusters = value(run, "bias", CLUSTER)
    if not math.isnan(clusters):
        verb = "leaves" if clusters >= TELLS else "dissolves" if clusters <= CHANCE else "blurs"
        before = text.percent(value(untouched, "bias", CLUSTER))
        parts.append(f"{verb} clusters, which tell {text.percent(clusters)} of the words that leaned (before {before})")
    linear, other = (value(run, "bias", name) for name in (LINEAR, NONLINEAR))
    if not (math.isnan(linear) or math.isnan(other)):
        told = f"(linear {text.percent(linear)}, non-linear {text.percent(other)})"
        parts.append(f"{_guards(linear, other)} {told}")
    return "; ".join(parts)


def cost(run: Measured) -> str:
    """Say what share of nearest neighbours is left; empty where it was not measured."""
    kept = value(run, "agreement", "neighbours_kept")
    return "" if math.isnan(kept) else f"keeps {text.percent(kept)} of nearest neighbours"


def over_corrected(model: Treated, names: Sequence[str], tests: Sequence[str]) -> Iterator[str]:
    """Say which effects turn to the other side, beyond their intervals or by their score alone."""
    signed = [name for name in names if name in tests or name.partition("_")[0] in SIGNED]
    sided = [name for name in signed if _side(model.untouched, name)]
    cured = {variant: model.runs[variant] for variant in model.debiasing} | dict(model.balanced)
    told, perhaps = [], []
    for variant, run in cured.items():
        sides = {name: _side(run, name) * _side(model.untouched, name) for name in sided}
        across = [name for name in sided if _turned(run, model.untouched, name)]
        if turned := [name for name in across if sides[name] < 0]:
            shown = _named(turned, run, model.untouched)
            told.append(f"{variant} over-corrects: the effect turns to the other side in {shown}.")
        if by_score := [name for name in across if sides[name] == 0]:
            perhaps.append(f"{variant} by {_named(by_score, run, model.untouched)}")
    yield from told
    if perhaps:
        yield f"these may over-correct, but not beyond the interval: {'; '.join(perhaps)}."
    if cured and sided and not told and not perhaps:
        yield "nothing over-corrects: no effect turns to the other side."


def survives(model: Treated, variant: str, cure: str, names: Sequence[str], tests: Sequence[str]) -> Iterator[str]:
    """Say whether what the cure lowered is as low once its vectors are compressed; nothing if it lowered none."""
    small, whole, untouched = model.runs[variant], model.runs[cure], model.untouched
    fallen = [name for name in names if moved(whole, untouched, name, name in tests) < 0]
    if not fallen:
        return
    left = {name: _left(small, whole, untouched, name, name in tests) for name in fallen}
    lost = [name for name, part in left.items() if not part >= SURVIVES]
    least = min(left, key=lambda name: left[name])
    difference = text.difference(value(small, *MEAN) - value(whole, *MEAN))
    score = f"; mean similarity differs by {difference}" if difference else ""
    if lost:
        yield f"{cure} does not survive in {variant}: {_named(lost, small, whole)} are back in part{score}."
    else:
        kept = f"{text.percent(min(1.0, left[least]))} of the way is left ({least})"
        yield f"{cure} survives in {variant}: of each measure that it moves towards none, at least {kept}{score}."


def similarity(run: Measured, untouched: Measured) -> str:
    """Say how another training's mean similarity compares; empty without a score."""
    if math.isnan(value(run, *MEAN)):
        return ""
    verdict = {RISE: "higher", FALL: "lower", "": "not told apart by their intervals"}[beyond(run, untouched, MEAN)]
    return (
        f"mean similarity is {text.score(value(run, *MEAN))} against {text.score(value(untouched, *MEAN))}, {verdict}"
    )


def _guards(linear: float, other: float) -> str:
    if linear <= CHANCE and other <= CHANCE:
        return "guards against linear and non-linear probes"
    if linear <= CHANCE:
        return "guards against linear probes only"
    return "guards against no probe" if linear >= TELLS else "weakens linear probes, and does not stop them"


def _named(names: Sequence[str], run: Measured, before: Measured) -> str:
    """Return measures with their scores before and after, those that moved the most first."""
    shift = {name: abs(value(run, "bias", name) - value(before, "bias", name)) for name in names}
    order = sorted(names, key=lambda name: (-shift[name], name))
    shown = [
        f"{name} ({text.score(value(before, 'bias', name))} to {text.score(value(run, 'bias', name))})"
        for name in order[:SHOWN]
    ]
    more = len(order) - SHOWN
    return text.listing([*shown, f"{more} more"] if more > 0 else shown)


def _left(small: Measured, whole: Measured, untouched: Measured, name: str, test: bool) -> float:
    """Return what part of a fall is left: 1 if the measure is as low as with the cure alone, 0 if as untouched."""
    now, cured, before = (distance(run, name, test)[0] for run in (small, whole, untouched))
    return (before - now) / (before - cured)


def _turned(run: Measured, untouched: Measured, name: str) -> bool:
    """Say whether a score lies on the other side, and not for a small part of what it was only."""
    now, before = (value(each, "bias", name) for each in (run, untouched))
    return now * before < 0 and abs(now) > TURNED * abs(before)


def _side(run: Measured, name: str) -> int:
    """Return on which side of no bias the whole interval lies: -1, 1, or 0 for none."""
    low, high = (value(run, "bias", name, bound) for bound in ("low", "high"))
    return 1 if low > 0 else -1 if high < 0 else 0
