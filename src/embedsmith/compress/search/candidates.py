"""The chains that a search tries."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embedsmith.compress.chain import UNTOUCHED, compose

Chain = Mapping[str, Mapping[str, Any]]
"""Links and their parameters, in order."""
UNITS = "units"
"""The link that leaves fewer units of unseen words."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Chains that differ in one parameter, from small to large.

    Attributes
    ----------
    name
        Of the chains in the configuration.
    links
        Links and their parameters; that of `axis` is not among them.
    axis
        Link and parameter that `values` are of; None for a single chain.
    values
        Values to start from; one of None, without an axis.
    """

    name: str
    links: Chain
    axis: tuple[str, str] | None
    values: tuple[Any, ...]

    def at(self, value: Any, share: float = 1.0) -> Chain:
        """Return the chain of one value, of a `share` of the units of unseen words."""
        before: dict[str, Mapping[str, Any]] = {} if share == 1 else {UNITS: {"share": share}}
        if self.axis is None:
            return before | dict(self.links)
        link, parameter = self.axis
        return before | {
            name: dict(own) | ({parameter: value} if name == link else {}) for name, own in self.links.items()
        }

    def between(self, low: Any, high: Any) -> Any:
        """Return a value between two others, or None where there is none: a whole number between whole numbers."""
        if self.axis is None or not all(isinstance(value, int | float) for value in (low, high)):
            return None
        if all(isinstance(value, int) for value in self.values):
            middle: Any = (low + high) // 2
        elif low <= 0 or high <= 0:
            middle = float(f"{(low + high) / 2:.4g}")
        else:
            middle = float(f"{math.sqrt(low * high):.4g}")
        return None if middle in (low, high) else middle


def curves(chains: Mapping[str, Chain]) -> list[Curve]:
    """Return the curves of `chains`, in which a list stands for each of its values, and first the untouched model.

    The last list of a chain is the axis; for each combination of the others there is a curve.
    """
    found = [Curve(UNTOUCHED, {}, None, (None,))]
    for name, links in chains.items():
        axes = [
            (link, parameter, tuple(value))
            for link, own in links.items()
            for parameter, value in own.items()
            if isinstance(value, list | tuple)
        ]
        last = axes[-1] if axes else None
        for combination in itertools.product(*(values for _, _, values in axes[:-1])):
            fixed = {(link, parameter): value for (link, parameter, _), value in zip(axes, combination, strict=False)}
            own_links = {
                link: {
                    parameter: fixed.get((link, parameter), value)
                    for parameter, value in own.items()
                    if last is None or (link, parameter) != last[:2]
                }
                for link, own in links.items()
            }
            found.append(Curve(name, own_links, last and last[:2], last[2] if last else (None,)))
    return found


def composed(chains: Mapping[str, Chain], where: str) -> None:
    """Check every chain that the configuration names.

    Raises
    ------
    InputError
        If one of them cannot be; `where` says where they stand.
    """
    for curve in curves(chains):
        for value in curve.values if curve.links else ():
            compose(curve.at(value), f"{where}.{curve.name}")


def key(chain: Chain) -> str:
    """Return a text that is the same for the same chain, and for no other."""
    return json.dumps([[name, dict(own)] for name, own in chain.items()], sort_keys=True)


def described(chain: Chain) -> str:
    """Return a chain in a few words, the choices of a search alone: `opq(bits 8, parts 23)`."""
    return " + ".join(f"{name}{_parameters(own)}" for name, own in chain.items()) or UNTOUCHED


def _parameters(own: Mapping[str, Any]) -> str:
    shown = [f"{name} {own[name]}" for name in SHOWN if own.get(name) is not None]
    return f"({', '.join(shown)})" if shown else ""


SHOWN: Sequence[str] = ("share", "reduction", "parts", "stages", "bits", "bytes", "group", "functions", "words")
"""Parameters that decide about the size; the others say how it is reached."""
