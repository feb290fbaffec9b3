"""`embedsmith runs`: what was run, with its key figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from embedsmith.runs.folders import jobs, name_of
from embedsmith.runs.job import RUNNING, read

if TYPE_CHECKING:
    from rich.table import Table

SCORES = Path("reports/scores")
MB = 1e6
STOPPED = "stopped"
"""Of a job that was running when its sweep was interrupted or killed."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run and its best variant: that of the highest mean over the intrinsic sets.

    Attributes
    ----------
    error
        Why it failed, in a line.
    best
        MODEL/sSEED/VARIANT; None where nothing is scored.
    score, bytes
        Its mean and its size.
    """

    name: str
    status: str
    overrides: str
    seconds: float | None
    error: str | None = None
    best: str | None = None
    score: float | None = None
    bytes: int | None = None


def runs(root: Path) -> Iterator[Run]:
    """Yield every run of the project at `root`, the oldest first."""
    for folder in jobs(root):
        job = read(folder)
        if job is None:
            continue
        name, overrides = name_of(root, folder), " ".join(job.overrides)
        status = STOPPED if job.sweep and job.status == RUNNING and _idle(folder.parent) else job.status
        run = Run(name=name, status=status, overrides=overrides, seconds=job.seconds, error=job.error)
        scored = [(figures["mean"], path, figures) for path, figures in _figures(folder)]
        if not scored:
            yield run
            continue
        score, path, figures = max(scored, key=lambda each: (each[0], str(each[1])))
        best = f"{path.parts[0]}/s{path.parts[1]}/{path.stem}"
        yield replace(run, best=best, score=score, bytes=int(figures["bytes"]))


def table(found: list[Run]) -> Table:
    """Return the table that a terminal shows."""
    from rich.markup import escape
    from rich.table import Table

    shown = Table("run", "status", "choices", "s", "best variant, or error", "score", "MB", box=None, pad_edge=False)
    for run in found:
        cells = (
            f"{run.seconds:.0f}" if run.seconds is not None else "",
            run.best or escape(run.error or ""),
            f"{run.score:.3f}" if run.score is not None else "",
            f"{run.bytes / MB:.2f}" if run.bytes is not None else "",
        )
        shown.add_row(run.name, run.status, escape(run.overrides), *cells)
    return shown


def _idle(home: Path) -> bool:
    """Whether nobody is running the sweep in `home`: what was killed could not say so."""
    lock = FileLock(home / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    lock.release()
    return True


def _figures(folder: Path) -> Iterator[tuple[Path, dict[str, float]]]:
    for path in sorted((folder / SCORES).rglob("*.json")):
        try:
            figures = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:  # damaged: a list of all runs is no place to stop for it
            continue
        if isinstance(figures, dict) and {"mean", "bytes"} <= figures.keys():
            yield path.relative_to(folder / SCORES), figures
