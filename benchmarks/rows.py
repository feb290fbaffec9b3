"""A benchmark's rows: printed as a table, kept as JSON."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
VERSIONS = (
    "numpy", "numba", "scipy", "gensim", "fasttext", "dvc", "mlflow", "pyarrow", "sentencepiece", "safetensors",
)  # fmt: skip


class Line(Protocol):
    """What a benchmark yields: a dataclass that is a line of a table."""

    HEAD: ClassVar[tuple[str, ...]]

    def cells(self) -> tuple[str, ...]:
        """Return its cells, one for each of HEAD."""


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

    HEAD: ClassVar = ("what", "ours", "peer", "ratio", "middle half", "target")

    what: str
    ours: float
    peer: float | None = None
    peer_version: str | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    target: str | None = None

    def cells(self) -> tuple[str, ...]:
        peer = f"{_number(self.peer)} ({self.peer_version})" if self.peer is not None else "-"
        spread = f"{self.low:.2f} to {self.high:.2f}" if self.low is not None and self.high is not None else "-"
        ratio = f"{self.ratio:.2f}x" if self.ratio is not None else "-"
        return self.what, _number(self.ours), peer, ratio, spread, self.target or "-"


@dataclass(frozen=True, kw_only=True)
class Score:
    """Scores of one model on one data set, and of a peer's of the same kind.

    Attributes
    ----------
    what
        Model and data set.
    ours, peer
        By seed, each side with the learning rate that was best for it; `peer` is None where there is none.
    learning_rate, peer_learning_rate
        These; None where they were not sought.
    difference, low, high
        Mean of ours less mean of the peer's, and its interval over items and seeds.
    no_lower
        Whether the difference is at least 0: `yes`, `no`, or `no, within noise` where the interval holds 0.
    """

    HEAD: ClassVar = ("what", "ours", "rate", "peer", "rate", "difference", "95% of it", "no lower")

    what: str
    ours: list[float]
    learning_rate: float | None = None
    peer: list[float] | None = None
    peer_version: str | None = None
    peer_learning_rate: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    no_lower: str | None = None

    def cells(self) -> tuple[str, ...]:
        if self.peer is None:
            return self.what, _range(self.ours), "-", "-", "-", "-", "-", "-"
        return (
            self.what,
            _range(self.ours),
            f"{self.learning_rate:g}",
            f"{_range(self.peer)} ({self.peer_version})",
            f"{self.peer_learning_rate:g}",
            f"{self.difference:+.3f}",
            f"{self.low:+.3f} to {self.high:+.3f}",
            self.no_lower or "-",
        )


def report(name: str, rows: Iterable[Line]) -> None:
    """Print the rows and write results/NAME.json with the machine that they are of."""
    rows = list(rows)
    table = Table(*rows[0].HEAD, title=name)
    for row in rows:
        table.add_row(*row.cells())
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


def _range(values: list[float]) -> str:
    mean = sum(values) / len(values)
    return f"{mean:.3f} ({min(values):.3f} to {max(values):.3f})"
