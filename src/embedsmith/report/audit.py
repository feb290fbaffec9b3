"""The audit: which variants keep the limits that their evaluation was given, and which do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedsmith.config.choices import read_yaml
from embedsmith.errors import InputError
from embedsmith.evaluate.limits import Breach, Limit, breaches
from embedsmith.files import read_json
from embedsmith.report.listing import Listed, label, listed
from embedsmith.report.table import VARIANT, Cell, Row, Table

KINDS = ("anisotropy", "bias")
"""Stages whose settings have limits."""
CONFIG = Path("build/config")
METRICS = Path("reports/metrics")
PASSES, FAILS = "passes", "fails"
NOTE = (
    "Limits are settings: `evaluate.anisotropy.limits` and `evaluate.bias.limits`. They hold for the score itself, not "
    "for its interval; what was refused or not measured keeps none. Baselines are not held to them."
)


@dataclass(frozen=True)
class Audited:
    """One variant of one model, how many limits it was held to, and those that it is out of."""

    entry: Listed
    variant: str
    limits: int
    breaches: tuple[Breach, ...]

    @property
    def run(self) -> str:
        """Name of its run: word2vec/s1/int8."""
        return self.entry.run(self.variant)

    @property
    def verdict(self) -> str:
        """Whether it is within all of its limits."""
        return FAILS if self.breaches else PASSES


def audit(root: Path) -> list[Audited]:
    """Hold every listed variant, but those of baselines, to the limits of its resolved settings.

    Raises
    ------
    InputError
        If resolved settings or metrics are missing or damaged.
    """
    if not (root / CONFIG).is_dir():
        raise InputError(f"{CONFIG}: no such folder; run `dvc repro` first, which measures what is audited")
    return [each for entry in listed(root) if not entry.baseline for each in _audit(root, entry)]


def table(audited: Sequence[Audited], listing: Sequence[Listed]) -> Table | None:
    """Return the table of verdicts, by model; None if there are no limits."""
    if not any(each.limits for each in audited):
        return None
    rows = [
        Row(
            "variant",
            [
                Cell(each.variant, label(each.entry, listing)),
                Cell(each.verdict, "", each.verdict),
                Cell("; ".join(map(str, each.breaches))),
            ],
            label(each.entry, listing),
        )
        for each in audited
    ]
    return Table([VARIANT, Cell("limits"), Cell("out of its limit")], rows, NOTE)


def _audit(root: Path, entry: Listed) -> list[Audited]:
    limits = {kind: _limits(root, kind, entry) for kind in KINDS}
    metrics = {kind: read_json(root, METRICS / entry.folder / f"{kind}.json") for kind in KINDS if limits[kind]}
    held = sum(map(len, limits.values()))
    return [
        Audited(
            entry,
            variant,
            held,
            tuple(breach for kind in metrics for breach in breaches(metrics[kind].get(variant, {}), limits[kind])),
        )
        for variant in entry.variants
    ]


def _limits(root: Path, kind: str, entry: Listed) -> Mapping[str, Limit]:
    values: Mapping[str, Any] = read_yaml(root / CONFIG / kind / entry.folder.with_suffix(".yaml"))[kind]
    return {name: Limit(**limit) for name, limit in values["limits"].items()}
