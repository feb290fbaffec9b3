"""Which settings of several runs differ, by the key that params.yaml has for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from embedsmith.config.choices import read_yaml
from embedsmith.config.dotted import leaves
from embedsmith.report import format as text
from embedsmith.report.table import Cell, Row, Table

CONFIG = Path("build/config")
EVALUATIONS = ("similarity", "anisotropy", "bias", "downstream")
LOCAL = "local"
"""Where the user's own files lie: a matter of the machine."""
NOTE = "Resolved settings that are not the same in all runs; {none}: the run has no such setting."
ALIKE = "No setting differs."


def settings(root: Path) -> dict[str, Any]:
    """Return every resolved setting of the run in `root` by its dotted key, `models` and other choices among them."""
    return {key: value for key, value in _settings(root / CONFIG) if key != f"corpus.{LOCAL}"}


def differs(runs: Mapping[str, Mapping[str, Any]]) -> Table:
    """Return a row for each setting whose value is not the same in all `runs`, a column for each run."""
    keys = dict.fromkeys(key for values in runs.values() for key in values)
    rows = [
        Row("variant", [Cell(key), *(Cell(_shown(values, key)) for values in runs.values())])
        for key in keys
        if any(key not in values for values in runs.values()) or not _alike([values[key] for values in runs.values()])
    ]
    note = NOTE.format(none=text.NONE) if rows else ALIKE
    return Table([Cell("setting"), *(Cell(name) for name in runs)], rows, note)


def _settings(config: Path) -> Iterator[tuple[str, Any]]:
    report = read_yaml(config / "report.yaml")
    yield from ((key, report["choices"].get(key)) for key in ("models", "seeds", "variants"))
    for stage, prefix in (("ingest", "corpus."), ("tokenize", "tokenizer.")):
        yield from leaves(read_yaml(config / f"{stage}.yaml"), prefix)
    for model, entry in report["models"].items():
        own = Path(model, f"{entry['seeds'][0]}.yaml")
        yield from leaves(read_yaml(config / "train" / own), f"model.{model}.")
        compress = read_yaml(config / "compress" / own)
        yield from leaves(compress["variants"], "variant.")
        yield from leaves(compress.get("search") or {}, "compress.")
        for kind in EVALUATIONS:
            yield from leaves(read_yaml(config / kind / own)[kind], f"evaluate.{kind}.")
    shown = {key: value for key, value in report.items() if key not in ("models", "choices")}
    yield from leaves(shown, "report.")


def _alike(values: list[Any]) -> bool:
    return all(value == values[0] for value in values)


def _shown(values: Mapping[str, Any], key: str) -> str:
    return text.setting(values[key]) if key in values else text.NONE
