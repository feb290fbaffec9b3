"""One job: a snapshot of the workspace with its own choices, run in a folder of its own with the shared cache."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from embedsmith.errors import InputError
from embedsmith.runs.job import DONE, FAILED, LOG, Job
from embedsmith.sweep.snapshot import cache_of, place, settle, take

SWEEP = "EMBEDSMITH_SWEEP"
FOLLOWED = "EMBEDSMITH_FOLLOWED"
"""Set for a job whose results the sweep's own process tracks."""


def prepare(root: Path, folder: Path, params: str) -> None:
    """Make `folder` a copy of the workspace at `root`, uncommitted edits included, with `params` as its params.yaml.

    The copy has no git history and uses the cache of `root`.
    """
    take(root, folder)
    settle(folder, params, cache_of(root))


def work(folder: Path, environment: Mapping[str, str], *, remote: str | None = None, aloud: bool) -> None:
    """Do all stages of the project in `folder`, in a process of its own that ends with this one.

    Parameters
    ----------
    environment
        Variables on top of this process's.
    remote
        The DVC remote that is shared with other machines.
    aloud
        Whether its output goes to the terminal, and not to job.log.

    Raises
    ------
    InputError
        If a stage fails; with the stage's own line, where it went to job.log.
    """
    own = {name: value for name, value in os.environ.items() if name != "DVC_ROOT"}  # a project of its own
    command = [sys.executable, "-m", "embedsmith.sweep.reproduce", *([remote] if remote else [])]
    log = None if aloud else (folder / LOG).open("a", encoding="utf-8")
    try:
        process = subprocess.Popen(
            command, cwd=folder, env={**own, "PYTHONPATH": "src", **environment}, stdout=log, stderr=log
        )
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    finally:
        if log:
            log.close()
    if code:
        raise InputError("what its last stage printed says why" if aloud else last_line(folder / LOG))


def attempt(
    job: Job,
    folder: Path,
    params: Callable[[], str],
    *,
    snapshot: Path,
    cache: Path,
    remote: str | None,
    environment: Mapping[str, str],
) -> Job:
    """Run `job`, whose params.yaml `params` returns, and return it as it ended; a failure is its own."""
    start = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    job.write(folder)
    error = None
    try:
        place(snapshot, folder, params(), cache)
        work(folder, environment, remote=remote, aloud=job.sweep is None)
    except (InputError, OSError) as failure:
        error = str(failure)
    ended = Job(
        name=job.name,
        sweep=job.sweep,
        overrides=job.overrides,
        status=FAILED if error else DONE,
        error=error,
        seconds=round(time.perf_counter() - start, 3),
    )
    ended.write(folder)
    return ended


def last_line(log: Path) -> str:
    """Return the last line of a log."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it ended without a word"
