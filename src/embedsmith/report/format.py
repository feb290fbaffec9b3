"""Numbers as people read them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

NONE = "–"
"""Stands where there is no value."""
MANY = 40
"""Items of a list that are shown."""


def score(value: float) -> str:
    """Return three decimals: 0.592."""
    return NONE if math.isnan(value) else f"{value:z.3f}"


def between(low: float, high: float) -> str:
    """Return an interval of scores: 0.512 to 0.659; empty where there is none."""
    return "" if math.isnan(low) else f"{score(low)} to {score(high)}"


def deviation(value: float) -> str:
    """Return a standard deviation: ± 0.004; empty where there is none."""
    return "" if math.isnan(value) else f"± {value:.3f}"


def percent(value: float) -> str:
    """Return a share as a percentage, without needless zeros: 98.6%, 5%."""
    return NONE if math.isnan(value) else f"{100 * value:z.1f}".removesuffix(".0") + "%"


def change(value: float) -> str:
    """Return a relative change, without needless zeros: +1.7%, -8%."""
    return NONE if math.isnan(value) else f"{100 * value:+z.1f}".removesuffix(".0") + "%"


def difference(value: float) -> str:
    """Return a difference of scores: +0.021; empty where there is none."""
    return "" if math.isnan(value) else f"{value:+z.3f}"


def p_value(value: float) -> str:
    """Return a p-value: p 0.012; empty where there is none."""
    return "" if math.isnan(value) else "p < 0.001" if value < 0.001 else f"p {value:.3f}" if value < 0.9995 else "p 1"


def listing(names: Sequence[str]) -> str:
    """Return names as a sentence has them: a, b and c."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def times(value: float) -> str:
    """Return a factor: 3.85x, 4x."""
    return NONE if math.isnan(value) else f"{value:.2f}".rstrip("0").rstrip(".") + "x"


def size(count: float) -> str:
    """Return bytes in decimal units, three digits: 17.2 MB."""
    if math.isnan(count):
        return NONE
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{_three_digits(count)} {unit}"
        count /= 1000
    return f"{_three_digits(count)} GB"


def integer(value: float) -> str:
    """Return a count, thousands apart: 6,312,000."""
    return f"{value:,.0f}"


def setting(value: object) -> str:
    """Return a value of the configuration or of a JSON file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        more = [f"{integer(len(value) - MANY)} more"] if len(value) > MANY else []
        return ", ".join([*(setting(item) for item in value[:MANY]), *more])
    if isinstance(value, Mapping):  # such as lists of words by name: their names
        return ", ".join(map(str, value))
    return NONE if value is None else str(value)


def _three_digits(value: float) -> str:
    decimals = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2
    return f"{value:.{decimals}f}"
