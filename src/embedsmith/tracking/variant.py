"""The run of a variant: its settings, metrics, training curve and artifact."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedsmith.config.choices import read_yaml
from embedsmith.config.instances import KINDS
from embedsmith.errors import InputError
from embedsmith.files import read_json
from embedsmith.tracking.curve import curve
from embedsmith.tracking.run import Contents, Point, numbers, params

METRICS = ("size", "similarity", "downstream", "anisotropy", "bias")
PLAIN = (("score", "mean", 1.0), ("MB", "bytes", 1e6))
"""Names, the metrics that they stand for, and the units: the mean of the intrinsic sets, the size on disk."""
CONFIG = Path("build/config")
RUNTIME = Path("build/runtime")
ARTIFACT = "embedding"
"""The folder of a run that holds the variant itself."""
UNTOUCHED = "untouched"
"""The model as it was trained; its run is the one that shows the training."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One variant of one trained model, in the project's folder `root`.

    Attributes
    ----------
    hashes
        Input hash of each stage instance, by name.
    read
        Reads a YAML file; one that keeps what it has read serves all variants of a model.
    """

    root: Path
    model: str
    seed: int
    variant: str
    hashes: Mapping[str, str]
    read: Callable[[Path], dict[str, Any]] = read_yaml

    @property
    def name(self) -> str:
        """Name of its run."""
        return f"{self.model}/s{self.seed}/{self.variant}"

    @property
    def tags(self) -> dict[str, str]:
        """Tags of its run that say which it is."""
        return {"model": self.model, "seed": str(self.seed), "variant": self.variant}

    @property
    def folder(self) -> Path:
        """Where its model's files lie, under each folder of outputs."""
        return Path(self.model, str(self.seed))

    def contents(self) -> Contents:
        """Read all of it.

        Raises
        ------
        InputError
            If one of its files is missing.
        """
        noted = {kind: self._runtime(f"{kind}@{self.model}-{self.seed}") for kind in KINDS}
        artifact = Path("data/variants") / self.folder / self.variant
        plots = Path("reports/plots") / self.folder
        history, spectrum, renamed = (plots / name for name in ("history.csv", "spectrum.csv", "renamed.csv"))
        if not (self.root / artifact).is_dir():
            raise InputError(f"{artifact}: no such folder; run `dvc repro` or `dvc pull`")
        components, words = (
            [row for row in self._rows(path) if row["variant"] == self.variant] for path in (spectrum, renamed)
        )
        return Contents(
            params=self.params(),
            points=[
                *self._metrics(),
                *curve(self._rows(history), noted["train"].get("times", [])),
                *(Point("spectrum", float(row["variance_share"]), int(row["component"])) for row in components),
                *self._costs(noted),
            ],
            seconds=sum(facts.get("seconds", 0.0) for facts in noted.values()),
            artifacts=[(self.root / artifact, ARTIFACT), (self.root / history, "plots")],
            texts={"plots/spectrum.csv": _csv(components)} | ({"plots/renamed.csv": _csv(words)} if words else {}),
        )

    def params(self) -> dict[str, str]:
        """Return the settings that make and measure it, by the keys that a person overrides them with.

        Raises
        ------
        InputError
            If one of the resolved files is missing; of a variant that a search chooses, before it has.
        """
        own = {kind: self.read(self.root / CONFIG / kind / self.folder.with_suffix(".yaml")) for kind in KINDS}
        chain = own["compress"]["variants"].get(self.variant) or self._chosen(own["compress"].get("search"))
        settings = {
            "corpus": self.read(self.root / CONFIG / "ingest.yaml"),
            "tokenizer": self.read(self.root / CONFIG / "tokenize.yaml"),
            "model": own["train"],
            "variant": {"chain": ", ".join(chain)} | chain,
            "evaluate": {kind: own[kind][kind] for kind in METRICS[1:]},
        }
        return self.tags | {
            name: text for group, values in settings.items() for name, text in params(values, f"{group}.").items()
        }

    def _chosen(self, search: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the links of a variant that a search chose; none of another."""
        if search is None or self.variant == UNTOUCHED:
            return {}
        found = read_json(self.root, Path("reports/metrics") / self.folder / "search.json")
        links = found.get("chosen", {}).get(self.variant, {}).get("chain", [])
        return {name: own for link in links for name, own in link.items()}

    def _metrics(self) -> list[Point]:
        found = []
        for kind in METRICS:
            path = Path("reports/metrics") / self.folder / f"{kind}.json"
            values = read_json(self.root, path)
            if self.variant not in values:
                raise InputError(f"{path}: {self.variant} is not in it; run `dvc repro`")
            own = dict(values[self.variant])
            apart = {name: own.pop(name, {}) for name in ("frequency", "further", "renamed")}
            found += [*numbers(own), *_by_frequency(apart["frequency"]), *_by_occurrences(apart["renamed"])]
            found += _further(apart["further"])
        return [*found, *_plain(found)]

    def _costs(self, noted: Mapping[str, Mapping[str, Any]]) -> list[Point]:
        """Return time, memory and throughput of its stages; a fact by variant is its own."""
        points = []
        for stage, facts in noted.items():
            for fact, value in facts.items():
                own = value.get(self.variant) if isinstance(value, Mapping) else value
                if isinstance(own, int | float):
                    points.append(Point(f"{stage}.{fact}", float(own)))
        return points

    def _runtime(self, instance: str) -> dict[str, Any]:
        """Return what its run noted of itself; nothing where the result came from a cache."""
        path = self.root / RUNTIME / f"{instance}-{self.hashes[instance]}.json"
        try:
            noted: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return noted

    def _rows(self, path: Path) -> list[dict[str, str]]:
        try:
            with (self.root / path).open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
        except FileNotFoundError:
            raise InputError(f"{path}: no such file; run `dvc repro` or `dvc pull`") from None


def _plain(metrics: Sequence[Point]) -> Iterator[Point]:
    """Yield what a list of runs is sorted by, under names that need no explanation."""
    values = {point.name: point.value for point in metrics}
    for name, source, unit in PLAIN:
        if source in values:
            yield Point(name, values[source] / unit)


def _by_frequency(sets: Mapping[str, Any]) -> Iterator[Point]:
    """Yield the score of each set in each band; the band's lower bound is the step, so that MLflow draws a curve."""
    for name, bands in sets.items():
        for band, leaf in bands.items():
            yield from _scored(f"frequency.{name}", leaf, int(re.split(r"\D", band)[0]))


def _further(sets: Mapping[str, Any]) -> Iterator[Point]:
    """Yield what each set is measured by beside its score, and its sections."""
    for name, leaves in sets.items():
        for measure, leaf in leaves.items():
            yield from _scored(f"further.{name}.{measure}", leaf, 0)


def _by_occurrences(levels: Mapping[str, Any]) -> Iterator[Point]:
    """Yield what was measured of renamed words; their occurrences are the step."""
    for occurrences, measures in levels.items():
        for name, leaf in measures.items():
            yield from _scored(f"renamed.{name}", leaf, int(occurrences))


def _scored(name: str, leaf: Mapping[str, float], step: int) -> Iterator[Point]:
    found = {field: leaf[field] for field in ("score", "low", "high") if field in leaf}
    return (Point(point.name, point.value, step) for point in numbers(found, f"{name}."))


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    table = csv.DictWriter(text, rows[0].keys() if rows else (), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()
