"""What a search is for, and what it tries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BUDGET = re.compile(r"(\d+(?:\.\d+)?)\s*([kMG]?B)", re.IGNORECASE)
FACTORS = {"B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


@dataclass(frozen=True, kw_only=True)
class Target:
    """What one variant of the search is to meet: a budget or a part to keep, the other being None.

    Attributes
    ----------
    name
        Of the variant: `budget-25MB`, `keep-0.99`.
    budget
        Bytes on disk, every file of the artifact.
    keep
        Agreement with the untouched vectors, at most 1.
    """

    name: str
    budget: int | None
    keep: float | None


@dataclass(kw_only=True)
class AgreementSettings:
    """What is asked of compressed vectors and of the untouched ones.

    Parameters
    ----------
    words
        Words whose neighbours are asked, drawn from the vocabulary; all of a smaller one.
    neighbours
        Of each.
    pairs
        Pairs of words drawn from the vocabulary, whose cosines are compared.
    unseen
        Weight of vectors that are composed as if their words were unseen, where the model can.
    seed
        Of all that is drawn.
    """

    words: int
    neighbours: int
    pairs: int
    unseen: float
    seed: int

    def __post_init__(self) -> None:
        for name in ("words", "neighbours", "pairs"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: must be at least 1, not {getattr(self, name)}")
        if not 0 <= self.unseen < 1:
            raise ValueError(f"unseen: must be at least 0 and below 1, not {self.unseen:g}")
        if self.seed < 0:
            raise ValueError(f"seed: must be at least 0, not {self.seed}")


@dataclass(kw_only=True)
class SearchSettings:
    """A search.

    Parameters
    ----------
    budget
        `25MB`, a number of bytes, a list of them, or null.
    keep
        A part between 0 and 1, a list of them, or null.
    agreement
        How chains are judged.
    rows
        Rows of the first pass.
    finalists
        Chains that are fitted to the whole, for each budget.
    front
        Chains of the first pass's front that are fitted to the whole.
    units
        Parts of the units of unseen words that are tried before each chain.
    chains
        By name, links and their parameters; a list stands for each of its values.
    """

    budget: Any
    keep: Any
    agreement: AgreementSettings
    rows: int
    finalists: int
    front: int
    units: list[float]
    chains: dict[str, Any]

    def __post_init__(self) -> None:
        targets(self.budget, self.keep)
        for name in ("finalists", "front"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: must be at least 1, not {getattr(self, name)}")
        if self.rows < 2:
            raise ValueError(f"rows: must be at least 2, not {self.rows}")
        if not self.units or not all(0 <= share <= 1 for share in self.units):
            raise ValueError("units: must be parts from 0 to 1, at least one")
        for name, links in self.chains.items():
            if not isinstance(links, Mapping) or not all(isinstance(each, Mapping) for each in links.values()):
                raise ValueError(f"chains.{name}: must be links and their parameters")


def targets(budget: Any, keep: Any) -> list[Target]:
    """Return what `budget` and `keep` ask for, each one value, a list, or None.

    Raises
    ------
    ValueError
        Beginning with the key, for what is no size or no part, or stands twice.
    """
    found = []
    for value in _values(budget):
        count = parse(value)
        found.append(Target(name=f"budget-{written(count)}", budget=count, keep=None))
    for value in _values(keep):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise ValueError(f"keep: must be above 0 and at most 1, as 0.99, not {value!r}")
        found.append(Target(name=f"keep-{value:g}", budget=None, keep=float(value)))
    names = [target.name for target in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name.partition('-')[0]}: {name.partition('-')[2]} stands twice")
    return found


def parse(value: Any) -> int:
    """Return the bytes of `25MB`; units are decimal.

    Raises
    ------
    ValueError
        If it is no size.
    """
    match = BUDGET.fullmatch(f"{value}B" if isinstance(value, int) else str(value).strip())
    count = round(float(match[1]) * FACTORS[match[2].upper()]) if match else 0
    if isinstance(value, bool) or count < 1:
        raise ValueError(f"budget: must be a size, as 25MB or 800kB, not {value!r}")
    return count


def written(count: int) -> str:
    """Return a size in the unit that leaves the fewest digits: 25MB, 2.5MB, 800kB."""
    unit, factor = next(
        (unit, factor) for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 1000), ("B", 1)) if count >= factor
    )
    return f"{count / factor:.12g}{unit}"


def rounded_up(count: int) -> str:
    """Return a size with three digits, none too small: 5.14MB for 5,139,898."""
    grain = 10 ** max(len(str(count)) - 3, 0)
    return written(-(-count // grain) * grain)


def _values(given: Any) -> list[Any]:
    return [] if given is None else list(given) if isinstance(given, list | tuple) else [given]
