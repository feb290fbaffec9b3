"""What a job notes of its stages, in a file that the sweep's table follows."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

EVENTS = Path("stages.jsonl")
RUNNING, RAN, RESTORED, KNOWN = "running", "ran", "restored", "known"
"""An instance is being computed; was computed, or brought by DVC's run cache, or by the ledger."""


def clock() -> tuple[float, float]:
    """Return the time, and the processor time of this process's children that have ended; both in seconds."""
    times = os.times()
    return time.perf_counter(), times.children_user + times.children_system


def note(stage: str, how: str, *, folder: Path = Path(), **facts: Any) -> None:
    """Append what happened to an instance of the job in `folder`."""
    line = json.dumps({"time": round(time.time(), 3), "stage": stage, "how": how, **facts})
    with (folder / EVENTS).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def read_events(folder: Path) -> list[Mapping[str, Any]]:
    """Return what the job in `folder` noted; a line that is being written, or never was to its end, is left out."""
    try:
        lines = (folder / EVENTS).read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    return [event for line in lines if line.endswith("\n") and (event := _event(line))]


def outcome(events: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return how each instance that is done came about: by being computed, if ever it was by this job."""
    how: dict[str, str] = {}
    for event in events:
        if event["how"] != RUNNING and how.get(event["stage"]) != RAN:
            how[event["stage"]] = event["how"]
    return how


def _event(line: str) -> Mapping[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and {"stage", "how"} <= event.keys() else None
