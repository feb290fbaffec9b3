"""The default run from nothing to the report: time by stage, what DVC and start-up cost, and peak memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import seconds
from benchmarks.rows import Row
from benchmarks.workspace import run as run_in
from benchmarks.workspace import workspace


def run() -> Iterator[Row]:
    """Yield the rows; takes as long as the default run and a little more. Wheels should be at hand."""
    with workspace() as folder:
        whole = seconds(lambda: run_in(folder, "dvc", "repro"))
        noted = _noted(folder)
        work = sum(each["seconds"] for each in noted.values())
        yield Row(what="default run, s", ours=whole, target="< 600")
        yield Row(what="start-up, imports and DVC, % of it", ours=100 * (whole - work) / whole, target="< 15")
        yield Row(
            what="peak memory, MB",
            ours=max(each["peak_memory_bytes"] for each in noted.values()) / 1e6,
            target="< 4,000",
        )
        for name, each in sorted(noted.items(), key=lambda item: -item[1]["seconds"]):
            if each["seconds"] >= 1:
                yield Row(what=f"{name}, s", ours=each["seconds"])
        yield Row(
            what="second run, nothing to do, s", ours=seconds(lambda: run_in(folder, "dvc", "repro")), target="< 5"
        )
        run_in(folder, "embedsmith", "use", "default", "variant.pca.pca.reduction=2")
        printed: list[str] = []
        changed = seconds(lambda: printed.append(run_in(folder, "dvc", "repro")))
        trained = len(re.findall(r"Running stage '(?:ingest|tokenize|train)", printed[0]))
        yield Row(what="one variant's parameter changed, s", ours=changed)
        yield Row(what="  of which ingest, tokenize and train ran, times", ours=trained, target="0")


def _noted(folder: Path) -> dict[str, dict[str, float]]:
    return {
        path.stem.rpartition("-")[0]: json.loads(path.read_text()) for path in (folder / "build/runtime").glob("*.json")
    }
