"""Claims about variants, judged by rule against what was measured."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report.format import percent, times
from embedsmith.report.listing import Listed, label
from embedsmith.report.table import measured, reduction, value

HOLDS = "holds"
FAILS = "does not hold"
OPEN = "cannot be told at this interval"
NOTE = (
    "A loss is of the mean score, against the untouched model, with its paired bootstrap interval; a claim holds or "
    "fails only where the whole interval says so. Less than 0% is a gain. A reduction is as claimed if it falls short "
    "by no more than {tolerance}."
)


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class Claim:
    """How many times smaller a variant is said to be, and what share of the score it is said to lose.

    Attributes
    ----------
    loss_low, loss_high
        The loss is said to lie between them; without `loss_low` ("under"), any smaller loss agrees too.
    """

    reduction: float
    loss_low: float | None
    loss_high: float

    def __post_init__(self) -> None:
        if not self.reduction > 1:
            raise ValueError(f"reduction: must be above 1, not {self.reduction:g}")
        if self.loss_low is not None and not self.loss_low < self.loss_high:
            raise ValueError(f"loss_low: must be below loss_high, not {self.loss_low:g}")

    @property
    def size(self) -> str:
        """The reduction, in words."""
        return f"{times(self.reduction)} smaller"

    @property
    def loss(self) -> str:
        """The loss, in words."""
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
    permutations
        Of the signs of paired differences, in the test of renamed words: all up to this number, else so many random
        ones.
    """

    claims: dict[str, Claim]
    reduction_tolerance: float
    permutations: int

    def __post_init__(self) -> None:
        if self.permutations < 1:
            raise ValueError(f"permutations: must be at least 1, not {self.permutations}")
        if not 0 <= self.reduction_tolerance < 1:
            raise ValueError(f"reduction_tolerance: must be at least 0 and below 1, not {self.reduction_tolerance:g}")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A claim beside what was measured on one model: reduction, and loss with its confidence interval."""

    variant: str
    claim: Claim
    model: str
    reduction: float
    loss: float
    low: float
    high: float
    tolerance: float

    @property
    def size(self) -> str:
        """Whether the reduction is as claimed."""
        return HOLDS if self.reduction >= self.claim.reduction * (1 - self.tolerance) else FAILS

    @property
    def score(self) -> str:
        """Whether the loss is as claimed: only an interval that lies wholly inside or outside can tell."""
        least = -math.inf if self.claim.loss_low is None else self.claim.loss_low
        if math.isnan(self.low) or math.isnan(self.high):
            return OPEN
        if self.high < least or self.low > self.claim.loss_high:
            return FAILS
        return HOLDS if least <= self.low and self.high <= self.claim.loss_high else OPEN

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
            reasons.append("loses more" if self.low > self.claim.loss_high else "loses less")
        elif self.score == OPEN and not math.isnan(self.loss):
            reasons.append("the interval reaches beyond the claim")
        return ", ".join(reasons)


def judge(frame: pd.DataFrame, listing: list[Listed], settings: ReportSettings) -> Iterator[Judged]:
    """Yield each claim on each model that has the variant, in the order of the settings.

    The loss is against the untouched model, as the claims are: against the reference of `share`, the better of the
    untouched and the centred model, a model that gains by centring would count as a loss of the variant.
    """
    runs = measured(frame)
    for variant, claim in settings.claims.items():
        for entry in listing:
            if variant in entry.variants:
                run = runs[entry.run(variant)]
                yield Judged(
                    variant=variant,
                    claim=claim,
                    model=label(entry, listing),
                    reduction=reduction(run, runs[entry.run(UNTOUCHED)]),
                    loss=1 - value(run, "similarity", "kept"),
                    low=1 - value(run, "similarity", "kept", "high"),
                    high=1 - value(run, "similarity", "kept", "low"),
                    tolerance=settings.reduction_tolerance,
                )
