"""A benchmark's rows: printed as a table, kept as JSON."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
VERSIONS = ("numpy", "scipy", "gensim", "dvc", "mlflow", "pyarrow", "sentencepiece", "safetensors")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measurement.

    Attributes
    ----------
    what
        What was measured, and the unit.
    ours, peer
        Medians; `peer` is None where nothing does the same.
    ratio, low, high
        Median of the ratios of interleaved pairs, above 1 where ours is better, and the range of its middle half.
    target
        What it should be.
    """

    what: str
    ours: float
    peer: float | None = None
    peer_version: str | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    target: str | None = None


def report(name: str, rows: Iterable[Row]) -> None:
    """Print the rows and write results/NAME.json with the machine that they are of."""
    rows = list(rows)
    table = Table("what", "ours", "peer", "ratio", "middle half", "target", title=name)
    for row in rows:
        peer = f"{_number(row.peer)} ({row.peer_version})" if row.peer is not None else "-"
        spread = f"{row.low:.2f} to {row.high:.2f}" if row.low is not None and row.high is not None else "-"
        ratio = f"{row.ratio:.2f}x" if row.ratio is not None else "-"
        table.add_row(row.what, _number(row.ours), peer, ratio, spread, row.target or "-")
    Console(width=140).print(table)
    RESULTS.mkdir(exist_ok=True)
    result = {"machine": _machine(), "rows": [asdict(row) for row in rows]}
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")


def _machine() -> dict[str, object]:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in VERSIONS},
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
