"""The progress of a sweep: one live table, where standard error is a terminal, and nothing otherwise."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedsmith.runs.folders import jobs_of, read_sweep
from embedsmith.runs.job import DONE, FAILED, read
from embedsmith.sweep.stages import RAN, RUNNING, outcome, read_events

if TYPE_CHECKING:
    from rich.console import Group

POLL = 0.5
AROUND = 6
"""Lines of a terminal that the table's frame and what stands above it take."""
WORDS = {"running": "waiting"}
"""Of a job that computes nothing at the moment: it waits for another's result, or for its place."""
ORDER = {FAILED: 1, DONE: 2}
"""Which jobs are shown where there is no room for all: those at work first."""


@dataclass(frozen=True, kw_only=True)
class State:
    """How far a job is.

    Attributes
    ----------
    ran, shared
        How many stage instances it computed, and how many it got from the cache.
    now
        The instance that it is computing.
    """

    name: str
    overrides: str
    status: str
    ran: int
    shared: int
    now: str


@contextmanager
def follow(home: Path) -> Iterator[None]:
    """Show how far the jobs in the sweep's folder `home` are, while the body runs."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.live import Live

    start, ended = time.perf_counter(), threading.Event()
    console = Console(stderr=True)
    with Live(console=console, auto_refresh=False, transient=True) as live:

        def watch() -> None:
            while not ended.wait(POLL):
                seen = view(home, time.perf_counter() - start, console.height - AROUND)
                live.update(seen, refresh=True)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def view(home: Path, seconds: float, rows: int) -> Group:
    """Return what a terminal shows of the sweep in `home` after so many seconds.

    A line that sums it up, and a table of at most so many jobs: those at work, those that failed, the last ones done.
    """
    from rich.console import Group
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    found = states(home)
    total = read_sweep(home).jobs or len(found)
    over = sum(state.status in (DONE, FAILED) for state in found)
    left = f", {_clock(seconds / over * (total - over))} left" if over and total > over else ""
    computed, shared = sum(state.ran for state in found), sum(state.shared for state in found)
    line = f"{home.name}: {over} of {total} jobs, {computed} stages computed, {shared} shared, {_clock(seconds)}{left}"
    jobs = Table("job", "choices", "stages", "shared", "now")
    ranks = sorted((ORDER.get(state.status, 0), -number) for number, state in enumerate(found))
    for number in sorted(-number for _, number in ranks[: max(1, rows)]):
        state = found[number]
        now = state.now or WORDS.get(state.status, state.status)
        jobs.add_row(state.name, escape(state.overrides), str(state.ran), str(state.shared), now)
    return Group(Text(line), jobs)


def states(home: Path) -> list[State]:
    """Return how far each job is that has started."""
    found = []
    for folder in jobs_of(home):
        job, events = read(folder), read_events(folder)
        if job is None:
            continue
        ended = outcome(events)
        ran = sum(how == RAN for how in ended.values())
        now = (
            events[-1]["stage"] if events and events[-1]["how"] == RUNNING and job.status not in (DONE, FAILED) else ""
        )
        found.append(
            State(
                name=folder.name,
                overrides=" ".join(job.overrides),
                status=job.status,
                ran=ran,
                shared=len(ended) - ran,
                now=now,
            )
        )
    return found


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
