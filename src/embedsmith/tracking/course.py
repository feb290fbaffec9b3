"""What a training that goes on has written of its course."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from embedsmith.tracking.curve import curve
from embedsmith.tracking.run import Point

FOLDER = Path("build/live")
SECONDS = "seconds"


@dataclass(frozen=True, kw_only=True)
class Course:
    """The course of one training, so far.

    Attributes
    ----------
    model, seed
        What is trained.
    inputs
        Hash of its stage instance's inputs.
    pid, began
        Its process, and when that began, in seconds since 1970.
    rows
        Its points: words, learning rate, loss, seconds.
    end
        `finished`, `failed`, or None where it has not said.
    """

    model: str
    seed: int
    inputs: str
    pid: int
    began: float
    rows: tuple[Mapping[str, float], ...]
    end: str | None

    @property
    def points(self) -> list[Point]:
        """What MLflow gets of it."""
        rows = [{name: value for name, value in row.items() if name != SECONDS} for row in self.rows]
        return curve(rows, [row[SECONDS] for row in self.rows])

    @property
    def status(self) -> str:
        """What MLflow calls it; what has finished is RUNNING still, until all of the run is logged."""
        if self.end is None and not self.runs():
            return "KILLED"
        return "FAILED" if self.end == "failed" else "RUNNING"

    def runs(self) -> bool:
        """Say whether its process is there still."""
        if self.end is not None:
            return False
        try:
            process = psutil.Process(self.pid)
            # A process that began later has been given the number of one that is gone.
            return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= self.began
        except psutil.Error:
            return False


def courses(root: Path) -> list[Path]:
    """Return the files of all trainings of the project in `root`, the last one of each model and seed."""
    return sorted((root / FOLDER).glob("*/*.jsonl"))


def read(path: Path) -> Course | None:
    """Read what there is; a line that is not whole yet is left for later. None where that is not even its head."""
    try:
        lines = [_parsed(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
        head, *rest = (line for line in lines if line)
        ends = [str(line["end"]) for line in rest if "end" in line]
        return Course(
            model=path.parent.name,
            seed=int(path.stem),
            inputs=str(head["inputs"]),
            pid=int(head["pid"]),
            began=float(head["began"]),
            rows=tuple(line for line in rest if SECONDS in line),
            end=ends[-1] if ends else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _parsed(line: bytes) -> dict[str, Any]:
    """Return a line; nothing for one that a full disk cut off."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
