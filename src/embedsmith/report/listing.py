"""What the configuration lists: only this is reported, whatever else lies in the folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.compress.search.settings import targets
from embedsmith.config.choices import read, read_yaml

RESOLVED = Path("build/config/report.yaml")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One model trained with one seed, and the variants that are measured of it."""

    model: str
    seed: int
    variants: tuple[str, ...]
    baseline: bool

    @property
    def folder(self) -> Path:
        """Where its files lie, under each folder of outputs by model and seed."""
        return Path(self.model, str(self.seed))

    def run(self, variant: str) -> str:
        """Return the name of a variant's MLflow run."""
        return f"{self.model}/s{self.seed}/{variant}"

    def of(self, variants: Iterable[str]) -> Listed:
        """Return the same with these variants alone."""
        return replace(self, variants=tuple(variants))


def listed(root: Path) -> list[Listed]:
    """Return what the project in `root` lists, in the order of params.yaml.

    A bare clone has no resolved configuration yet; there params.yaml says what the committed metrics hold.
    """
    if (root / RESOLVED).is_file():
        return entries(read_yaml(root / RESOLVED)["models"])
    choices, overrides = read(root)
    defaults = read_yaml(root / "conf/compress/default.yaml")
    sought = targets(*(overrides.get(f"compress.{key}", defaults[key]) for key in ("budget", "keep")))
    names = [*choices.variants, *(target.name for target in sought)]
    models = {}
    for model in choices.models:
        baseline = bool(read_yaml(root / "conf/model" / f"{model}.yaml").get("baseline"))
        variants = [UNTOUCHED] if baseline else [UNTOUCHED, *names]
        models[model] = {"seeds": choices.seeds, "variants": variants, "baseline": baseline}
    return entries(models)


def entries(models: Mapping[str, Any]) -> list[Listed]:
    """Return the entries of a resolved `models` mapping: {MODEL: {seeds, variants, baseline}}."""
    return [
        Listed(model=model, seed=seed, variants=tuple(entry["variants"]), baseline=entry["baseline"])
        for model, entry in models.items()
        for seed in entry["seeds"]
    ]


def label(entry: Listed, listing: Sequence[Listed]) -> str:
    """Return the model's name, with the seed where there are several."""
    several = len({other.seed for other in listing}) > 1
    return f"{entry.model} s{entry.seed}" if several else entry.model
