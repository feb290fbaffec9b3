"""The progress of long work: one line on standard error, where that is a terminal, and nothing otherwise."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Report(Protocol):
    """Called as the work goes on."""

    def __call__(self, done: int, note: str = "") -> None:
        """Say how much is `done` so far, and anything else worth a few characters."""


@contextmanager
def progress(label: str, unit: str, total: int | None) -> Iterator[Report]:
    """Show how far the work is, its rate in `unit` a second, and the time left where the `total` is known."""
    if not sys.stderr.isatty():
        yield lambda done, note="": None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    state = TextColumn("{task.fields[state]}")
    columns = (TextColumn(label), BarColumn(), TaskProgressColumn(), state, TimeRemainingColumn())
    start = time.perf_counter()
    with Progress(*columns, console=Console(stderr=True), transient=True) as line:
        task = line.add_task(label, total=total, state="")

        def report(done: int, note: str = "") -> None:
            rate = done / max(time.perf_counter() - start, 1e-9)
            line.update(task, completed=done, state=f"{done:,} {unit}, {rate:,.0f} {unit}/s {note}")

        yield report
