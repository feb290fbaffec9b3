"""The same jobs by DVC's own ways: its experiment queue, and `dvc repro` in folders side by side."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from benchmarks.workspace import run as run_in
from embedsmith.config.experiment import amend
from embedsmith.sweep.job import prepare

POLL = 0.5
RUNS = ".dvc/tmp/exps/run"


def queued(folder: Path, grid: Mapping[str, Sequence[str]], workers: int) -> int:
    """Do the jobs by `dvc exp run --queue` and `dvc queue start`; return how many stages were executed."""
    words = [f"++{key}={','.join(values)}" for key, values in grid.items()]
    run_in(folder, "dvc", "exp", "run", "--queue", *(word for each in words for word in ("-S", each)))
    jobs = len(list(itertools.product(*grid.values())))
    run_in(folder, "dvc", "queue", "start", "-j", str(workers))
    while len(ended := [path for path in (folder / RUNS).glob("*/*.json") if _code(path) is not None]) < jobs:
        time.sleep(POLL)
    if any(map(_code, ended)):
        raise RuntimeError(f"{folder}: a job failed; see `dvc queue status`")
    return sum(_executed(path.with_suffix(".out").read_text()) for path in ended)


def side_by_side(folder: Path, grid: Mapping[str, Sequence[str]], workers: int) -> int:
    """Do each job by `dvc repro` in a copy of `folder`, with the cache of `folder`; return the stages executed."""
    params = (folder / "params.yaml").read_text()
    store = f"sqlite:///{folder / 'mlflow.db'}"

    def job(numbered: tuple[int, tuple[str, ...]]) -> int:
        number, values = numbered
        copy = folder / "build/copies" / str(number)
        chosen: dict[str, Any] = {key: yaml.safe_load(value) for key, value in zip(grid, values, strict=True)}
        prepare(folder, copy, amend(params, chosen))
        return _executed(run_in(copy, "dvc", "repro", MLFLOW_TRACKING_URI=store))

    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(job, enumerate(itertools.product(*grid.values()))))


def _code(path: Path) -> int | None:
    try:
        code: int | None = json.loads(path.read_text())["returncode"]
    except ValueError:  # being written
        return None
    return code


def _executed(log: str) -> int:
    """Return how many stages a log of DVC says were run, without `track`, which always is."""
    return sum(name != "track" for name in re.findall(r"^Running stage '(.+?)'", log, re.MULTILINE))
