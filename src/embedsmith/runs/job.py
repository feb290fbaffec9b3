"""One run: what job.json in its folder says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embedsmith.files import write_text

JOB = "job.json"
LOG = "job.log"
RUNNING, DONE, FAILED = "running", "done", "failed"


@dataclass(frozen=True, kw_only=True)
class Job:
    """What job.json says of a job.

    Attributes
    ----------
    name
        `SWEEP/NUMBER`, or the name of a single run.
    overrides
        `key=value`, as they were given.
    status
        `running`, `done` or `failed`; `running` also of one that was killed.
    error
        Why it failed, in a line.
    seconds
        From its start to its end.
    objectives
        By name, what the sweeper asked for.
    """

    name: str
    sweep: str | None
    overrides: Sequence[str]
    status: str
    error: str | None = None
    seconds: float | None = None
    objectives: Mapping[str, float] | None = None

    def write(self, folder: Path) -> None:
        """Write it into the job's folder."""
        write_text(folder / JOB, json.dumps(asdict(self), indent=1) + "\n")


def read(folder: Path) -> Job | None:
    """Return what the job in `folder` says of itself; None where there is none."""
    try:
        values: dict[str, Any] = json.loads((folder / JOB).read_text(encoding="utf-8"))
        return Job(**values)
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None


def differing(given: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the keys of what several jobs were given whose values are not the same in all."""
    keys = dict.fromkeys(key for own in given for key in own)
    return [key for key in keys if len({repr(own.get(key)) for own in given}) > 1]
