"""Findings: what the numbers of cures say, in sentences, each by a rule; what fails is told as what works."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from embedsmith.report import debiasing, recommended
from embedsmith.report import format as text
from embedsmith.report.audit import Audited
from embedsmith.report.recommended import recommend
from embedsmith.report.significance import FALL, MEAN, RISE, Score, scores
from embedsmith.report.table import measured, value
from embedsmith.report.treated import Treated

CENTRE = "center"
"""The link that subtracts the mean and does nothing else."""
NOTE = (
    "By rule, from the numbers of the tables. Significant: by a paired permutation test, after Holm's correction over "
    "the table of cures. Bias is lessened or added to where a measure lies nearer to no bias, or farther, and the "
    "confidence intervals before and after do not overlap (MAC, which centring alone changes, does not count). "
    f"Clusters and probes tell sides from {text.percent(debiasing.TELLS)}, and are near chance up to "
    f"{text.percent(debiasing.CHANCE)}. Of several seeds, the first. "
)


def findings(
    frame: pd.DataFrame,
    models: Sequence[Treated],
    audited: Sequence[Audited],
    tests: Sequence[str],
    level: float,
) -> list[str]:
    """Return the findings about each model, a sentence or two each.

    Parameters
    ----------
    models
        Those that were cured, or trained on balanced text; of several seeds the first is told of.
    audited
        What is in and out of its limits.
    tests
        Measures of bias that are association tests.
    """
    first: dict[str, Treated] = {}
    for model in models:
        first.setdefault(model.entry.model, model)
    told = [
        f"{model.name}: {sentence}"
        for model in first.values()
        for sentence in (*_similarity(model, scores(frame)), *debiasing.findings(model, tests))
    ]
    return told + _recommended(frame, audited, level)


def _similarity(model: Treated, of_sets: Sequence[Score]) -> Iterator[str]:
    yield from changes(model)
    yield from sets_apart(model, of_sets[1:])
    yield from centring(model)
    yield from isotropy(model)


def changes(model: Treated) -> Iterator[str]:
    """Say which cures change the mean similarity significantly, and by how much."""
    groups: dict[str, list[str]] = {RISE: [], FALL: [], "": []}
    for variant in model.alone:
        if tested := model.tested(variant, MEAN):
            relative = tested.difference / value(model.untouched, *MEAN)
            shown = f"{variant} ({text.change(relative)}"
            groups[tested.mark].append(f"{shown}, {text.p_value(tested.p)})" if tested.mark else f"{shown})")
    words = {
        RISE: "rises significantly with",
        FALL: "falls significantly with",
        "": "cannot be told from the untouched model's with",
    }
    if parts := [f"{words[mark]} {text.listing(found)}" for mark, found in groups.items() if found]:
        yield f"mean similarity {'; it '.join(parts)}."


def sets_apart(model: Treated, of_sets: Sequence[Score]) -> Iterator[str]:
    """Say which cures change single sets otherwise than their mean says."""
    told = []
    for variant in model.alone:
        mean = model.tested(variant, MEAN)
        if mean is None:
            continue
        found = {score[1]: tested for score in of_sets if (tested := model.tested(variant, score)) and tested.mark}
        other = [
            f"{name} {'rises' if tested.difference > 0 else 'falls'} ({text.difference(tested.difference)})"
            for name, tested in found.items()
            if tested.mark != mean.mark
        ]
        if other:
            told.append(f"with {variant} {text.listing(other)}")
    if told:
        yield f"single sets change significantly where the mean does not, or against it: {'; '.join(told)}."


def centring(model: Treated) -> Iterator[str]:
    """Say whether centring alone gains, and whether another cure is shown to gain more."""
    tested = model.tested(CENTRE, MEAN) if CENTRE in model.alone else None
    if tested is None:
        return
    kept = {variant: _kept(model, variant) for variant in model.alone}
    if tested.mark == RISE:
        more = [variant for variant, (low, _) in kept.items() if low > kept[CENTRE][1]]
        what = f"only {text.listing(more)} gains demonstrably more" if more else "no other cure gains demonstrably more"
        yield f"centring alone gains {text.percent(_relative(model, CENTRE))} in mean similarity; {what}."
    elif tested.mark == FALL:
        yield f"centring alone costs {text.percent(-_relative(model, CENTRE))} of mean similarity."
    else:
        yield "centring alone gains nothing that can be told."


def isotropy(model: Treated) -> Iterator[str]:
    """Say whether the most isotropic cure is also a better one."""
    found = {variant: value(model.runs[variant], "anisotropy", "isoscore") for variant in model.alone}
    found = {variant: score for variant, score in found.items() if not math.isnan(score)}
    before = value(model.untouched, "anisotropy", "isoscore")
    if not found:
        return
    most = max(found, key=lambda variant: found[variant])
    tested = model.tested(most, MEAN)
    if tested is None or not found[most] > before:
        return
    verdict = {
        RISE: "and its mean similarity is higher",
        FALL: "yet its mean similarity is lower: isotropy alone gains nothing",
        "": "yet its mean similarity is not told from the untouched model's",
    }[tested.mark]
    shown = f"IsoScore {text.score(found[most])} against {text.score(before)}"
    yield f"the most isotropic cure is {most} ({shown}), {verdict}."


def _recommended(frame: pd.DataFrame, audited: Sequence[Audited], level: float) -> list[str]:
    runs = measured(frame)
    breaching: dict[str, list[Audited]] = {}
    for each in audited:
        breaching.setdefault(each.entry.model, []).append(each)
    told = []
    for of_model in breaching.values():
        entry = of_model[0].entry
        out = [each.variant for each in of_model if each.entry == entry and each.breaches]
        if chosen := recommend(frame, entry, out, level):
            named: Mapping[str, Mapping[tuple[str, str], Mapping[str, object]]] = {
                variant: runs[entry.run(variant)] for variant in entry.variants
            }
            told.append(recommended.sentence(entry.model, chosen, named))
    return told


def _kept(model: Treated, variant: str) -> tuple[float, float]:
    low, high = (value(model.runs[variant], "similarity", "kept", bound) for bound in ("low", "high"))
    return low, high


def _relative(model: Treated, variant: str) -> float:
    return model.difference(variant, *MEAN) / value(model.untouched, *MEAN)
