"""The recommended chain of each model, by a stated rule."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report import format as text
from embedsmith.report.listing import Listed
from embedsmith.report.significance import MEAN, against_untouched
from embedsmith.report.table import Measured, measured, metrics, value

SAME_SIZE = 0.01
"""Sizes that differ by no larger part are the same."""
RULE = (
    "A chain can be recommended if it keeps all limits, knows as many items as the untouched model, and does not score "
    "significantly below it in mean similarity (paired permutation test, Holm's correction over the model's variants). "
    "Those whose interval of what is kept overlaps with that of the best cannot be told from it: the smallest of them "
    f"on disk is named, and of equal sizes (within {text.percent(SAME_SIZE)}) the one of the best mean. "
    "Bias and anisotropy count by their limits alone."
)


@dataclass(frozen=True)
class Recommended:
    """The chain that the rule names, and why.

    Attributes
    ----------
    variant, best
        The chain, and the one of the best mean among those let through; None if none was.
    tied
        Those that cannot be told from the best, itself among them.
    breaching, below, fewer
        Left out: out of a limit; significantly below the untouched model; knowing fewer items.
    """

    variant: str | None
    best: str | None
    tied: tuple[str, ...]
    breaching: tuple[str, ...]
    below: tuple[str, ...]
    fewer: tuple[str, ...]


def recommend(frame: pd.DataFrame, entry: Listed, breaching: Sequence[str], level: float) -> Recommended | None:
    """Choose among the variants of a model; None if there is no choice or no score.

    Parameters
    ----------
    breaching
        Names of the variants that are out of a limit.
    """
    own = frame[(frame["model"] == entry.model) & (frame["seed"] == entry.seed)]
    named = measured(own)
    runs = {variant: named[entry.run(variant)] for variant in entry.variants}
    untouched = runs[UNTOUCHED]
    if len(runs) < 2 or math.isnan(value(untouched, *MEAN)):
        return None
    against = [(entry.run(variant), entry.run(UNTOUCHED)) for variant in runs if variant != UNTOUCHED]
    found = against_untouched(named, against, [MEAN], level)
    below = [run for (run, _), tested in found.items() if tested.significant and tested.difference < 0]
    groups: dict[str, list[str]] = {"breaching": [], "below": [], "fewer": [], "left": []}
    for variant, run in runs.items():
        if variant in breaching:
            groups["breaching"].append(variant)
        elif math.isnan(value(run, *MEAN)) or _fewer(run, untouched, metrics(own, "similarity")):
            groups["fewer"].append(variant)
        elif entry.run(variant) in below:
            groups["below"].append(variant)
        else:
            groups["left"].append(variant)
    left = groups.pop("left")
    out = {name: tuple(variants) for name, variants in groups.items()}
    if not left:
        return Recommended(None, None, (), **out)
    best = max(left, key=lambda variant: value(runs[variant], *MEAN))
    tied = [variant for variant in left if variant == best or _high(runs[variant]) >= _low(runs[best])]
    sizes = {variant: value(runs[variant], "size", "bytes") for variant in tied}
    small = [variant for variant in tied if sizes[variant] <= min(sizes.values()) * (1 + SAME_SIZE)]
    chosen = max(small, key=lambda variant: value(runs[variant], *MEAN))
    return Recommended(chosen, best, tuple(tied), **out)


def sentence(name: str, chosen: Recommended, runs: Mapping[str, Measured]) -> str:
    """Return the recommendation of the model `name` in words."""
    out = [
        f"{len(variants)} {why}"
        for variants, why in (
            (chosen.breaching, "out of a limit"),
            (chosen.below, "significantly below the untouched model"),
            (chosen.fewer, "knowing fewer items"),
        )
        if variants
    ]
    left_out = f" Left out: {text.listing(out)}." if out else ""
    if chosen.variant is None or chosen.best is None:
        return f"{name}: no chain can be recommended.{left_out}"
    run, untouched = runs[chosen.variant], runs[UNTOUCHED]
    scored = f"mean similarity {text.score(value(run, *MEAN))} against {text.score(value(untouched, *MEAN))} untouched"
    size = f"{text.size(value(run, 'size', 'bytes'))} of {text.size(value(untouched, 'size', 'bytes'))} on disk"
    others = len(chosen.tied) - 1
    if not others:
        why = "no other comes near it"
    elif chosen.variant == chosen.best:
        why = f"the best, and no larger than {'those' if others > 1 else 'the one'} that cannot be told from it"
    else:
        best = f"{chosen.best}, {text.score(value(runs[chosen.best], *MEAN))}"
        why = f"the smallest of {len(chosen.tied)} that cannot be told from the best ({best})"
    return f"{name}: recommended is {chosen.variant}: {scored}, {size}; {why}.{left_out}"


def _low(run: Measured) -> float:
    return value(run, "similarity", "kept", "low")


def _high(run: Measured) -> float:
    return value(run, "similarity", "kept", "high")


def _fewer(run: Measured, untouched: Measured, sets: Sequence[str]) -> bool:
    return any(value(run, "similarity", name, "known") < value(untouched, "similarity", name, "known") for name in sets)
