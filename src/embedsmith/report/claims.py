"""Claims about variants, judged by rule against what was measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report.format import NONE, percent, times
from embedsmith.report.listing import Listed, label
from embedsmith.report.neighbourhoods import NeighbourhoodSettings
from embedsmith.report.table import Cell, Measured, Row, Table, join, measured, metrics, reduction, value

HOLDS = "holds"
FAILS = "does not hold"
OPEN = "cannot be told at this interval"
NOTE = (
    "A loss is of the mean score, against the untouched model, with its paired bootstrap interval; a claim holds or "
    "fails only where the whole interval says so. Less than 0% is a gain. A reduction is as claimed if it falls short "
    "of the least that is claimed by no more than {tolerance}. The loss of a variant that knows fewer items than the "
    "model is of other items, and settles nothing."
)


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class Claim:
    """How many times smaller a variant is said to be, and what share of the score it is said to lose.

    Attributes
    ----------
    reduction, reduction_high
        At least so many times smaller; where a range is claimed, up to `reduction_high`.
    loss_low, loss_high
        The loss is said to lie between them; without `loss_low` ("under"), any smaller loss agrees too; without
        either, nothing is said of it.
    """

    reduction: float
    reduction_high: float | None
    loss_low: float | None
    loss_high: float | None

    def __post_init__(self) -> None:
        if not self.reduction > 1:
            raise ValueError(f"reduction: must be above 1, not {self.reduction:g}")
        if self.reduction_high is not None and not self.reduction < self.reduction_high:
            raise ValueError(f"reduction_high: must be above reduction, not {self.reduction_high:g}")
        if self.loss_low is not None and (self.loss_high is None or not self.loss_low < self.loss_high):
            raise ValueError(f"loss_low: must be below loss_high, not {self.loss_low:g}")

    @property
    def size(self) -> str:
        """The reduction, in words."""
        most = "" if self.reduction_high is None else f" to {times(self.reduction_high)}"
        return f"{times(self.reduction)}{most} smaller"

    @property
    def loss(self) -> str:
        """The loss, in words."""
        if self.loss_high is None:
            return "no loss is named"
        least = "under" if self.loss_low is None else f"{percent(self.loss_low)} to"
        return f"loses {least} {percent(self.loss_high)}"


@dataclass(kw_only=True)
class ReportSettings:
    """Settings of the report.

    Attributes
    ----------
    claims
        By the name of the variant that they are about.
    reduction_tolerance
        A reduction is as claimed when it falls short by no more than this share.
    bias
        Measures of bias that stand beside cures and over seeds, of those that are measured; the others have tables of
        their own.
    permutations
        Of the signs of paired differences, in the test of renamed words: all up to this number, else so many random
        ones.
    neighbourhoods
        What the page shows of neighbours.
    """

    claims: dict[str, Claim]
    reduction_tolerance: float
    bias: list[str]
    permutations: int
    neighbourhoods: NeighbourhoodSettings

    def __post_init__(self) -> None:
        if self.permutations < 1:
            raise ValueError(f"permutations: must be at least 1, not {self.permutations}")
        if not 0 <= self.reduction_tolerance < 1:
            raise ValueError(f"reduction_tolerance: must be at least 0 and below 1, not {self.reduction_tolerance:g}")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A claim beside what was measured on one model: reduction, and loss with its confidence interval.

    Attributes
    ----------
    run
        Name of the variant's run.
    fewer
        Whether the variant knows fewer items than the untouched model.
    """

    variant: str
    claim: Claim
    model: str
    run: str
    reduction: float
    loss: float
    low: float
    high: float
    fewer: bool
    tolerance: float

    @property
    def size(self) -> str:
        """Whether the reduction is as claimed."""
        return HOLDS if self.reduction >= self.claim.reduction * (1 - self.tolerance) else FAILS

    @property
    def score(self) -> str:
        """Whether the loss is as claimed: only an interval that lies wholly inside or outside can tell."""
        most = self.claim.loss_high
        if most is None:
            return HOLDS
        least = -math.inf if self.claim.loss_low is None else self.claim.loss_low
        if math.isnan(self.low) or math.isnan(self.high) or self.fewer:
            return OPEN
        if self.high < least or self.low > most:
            return FAILS
        return HOLDS if least <= self.low and self.high <= most else OPEN

    @property
    def verdict(self) -> str:
        """The weaker of both."""
        both = (self.size, self.score)
        return FAILS if FAILS in both else OPEN if OPEN in both else HOLDS

    @property
    def measured_loss(self) -> str:
        """The loss and its interval, in words."""
        if math.isnan(self.loss):
            return "no share can be given"
        return f"loses {percent(self.loss)}, {percent(self.low)} to {percent(self.high)}"

    @property
    def reason(self) -> str:
        """Why the claim does not plainly hold; empty where it does."""
        reasons = []
        if self.size == FAILS:
            reasons.append(f"only {times(self.reduction)} smaller")
        if self.score == FAILS:
            less = self.claim.loss_low is not None and self.high < self.claim.loss_low
            reasons.append("loses less" if less else "loses more")
        elif self.score == OPEN and self.fewer:
            reasons.append("it knows fewer items")
        elif self.score == OPEN and not math.isnan(self.loss):
            reasons.append("the interval reaches beyond the claim")
        return ", ".join(reasons)


def judge(frame: pd.DataFrame, listing: list[Listed], settings: ReportSettings) -> Iterator[Judged]:
    """Yield each claim on each model that has the variant, in the order of the settings.

    The loss is against the untouched model, as the claims are: against the reference of `share`, the better of the
    untouched and the centred model, a model that gains by centring would count as a loss of the variant.
    """
    runs, sets = measured(frame), metrics(frame, "similarity")
    for variant, claim in settings.claims.items():
        for entry in listing:
            if variant in entry.variants:
                run, untouched = runs[entry.run(variant)], runs[entry.run(UNTOUCHED)]
                yield Judged(
                    variant=variant,
                    claim=claim,
                    model=label(entry, listing),
                    run=entry.run(variant),
                    reduction=reduction(run, untouched),
                    loss=1 - value(run, "similarity", "kept"),
                    low=1 - value(run, "similarity", "kept", "high"),
                    high=1 - value(run, "similarity", "kept", "low"),
                    fewer=_knows_fewer(run, untouched, sets),
                    tolerance=settings.reduction_tolerance,
                )


def _knows_fewer(run: Measured, untouched: Measured, sets: list[str]) -> bool:
    return any(value(run, "similarity", name, "known") < value(untouched, "similarity", name, "known") for name in sets)


def verdicts(claims: Sequence[Judged], note: str) -> Table:
    """Return the table of claims: a row for each, a column for each model."""
    models = list(dict.fromkeys(claim.model for claim in claims))
    found = {(claim.variant, claim.model): claim for claim in claims}
    rows = [
        Row(
            "variant",
            [
                Cell(variant),
                Cell(claim.size, claim.loss),
                *(_verdict(found.get((variant, model))) for model in models),
            ],
        )
        for variant, claim in {each.variant: each.claim for each in claims}.items()
    ]
    return Table([Cell("variant"), Cell("claimed"), *(Cell(model) for model in models)], rows, note)


def _verdict(claim: Judged | None) -> Cell:
    if claim is None:
        return Cell(NONE)
    return Cell(claim.verdict, join(times(claim.reduction), claim.measured_loss, claim.reason), claim.verdict)
