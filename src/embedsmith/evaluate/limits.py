"""Limits: the values that a metric may take, for an audit to hold a variant to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from embedsmith.config.nearest import nearest


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class Limit:
    """The lowest and the highest score that is let through, both included; null for a side without limit."""

    low: float | None
    high: float | None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("low: null, as high is; give one of them a value")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low: must be at most high, {self.high:g}, not {self.low:g}")

    def __str__(self) -> str:
        if self.low is None:
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if self.high is None else f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Breach:
    """A metric that is out of its limit; `score` is None where it was refused or is missing."""

    metric: str
    score: float | None
    limit: Limit

    def __str__(self) -> str:
        found = "has no score" if self.score is None else f"is {self.score:.6g}"
        return f"{self.metric} {found}; the limit is {self.limit}"


def breaches(metrics: Mapping[str, Any], limits: Mapping[str, Limit]) -> list[Breach]:
    """Return what of one variant is out of its limits, in the order of the limits.

    By the score itself, not by its interval: an audit says what was measured, the same each time. A metric that was
    refused or is missing cannot be shown to keep its limit, and is out of it.

    Parameters
    ----------
    metrics
        {metric: {score, ...}} of the variant.
    limits
        By the name of the metric.
    """
    scores = {name: metrics.get(name, {}).get("score") for name in limits}
    return [Breach(name, scores[name], limit) for name, limit in limits.items() if not _keeps(scores[name], limit)]


def require_limits(limits: Iterable[str], metrics: Iterable[str]) -> None:
    """Raise ValueError, the key first, for a limit of something that is none of the `metrics`."""
    known = set(metrics)
    for name in limits:
        if name not in known:
            raise ValueError(f"limits.{name}: there is no such metric{nearest(name, known)}")


def _keeps(score: float | None, limit: Limit) -> bool:
    if score is None:
        return False
    # Written so that NaN keeps no limit.
    return (limit.low is None or score >= limit.low) and (limit.high is None or score <= limit.high)
