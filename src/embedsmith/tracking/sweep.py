"""The run of a sweep as a whole: how many of its jobs are done, the best of them, and the overview of all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from embedsmith.config.choices import read_yaml
from embedsmith.errors import InputError
from embedsmith.files import read_json
from embedsmith.tracking.origin import SWEEP, origin
from embedsmith.tracking.run import Contents, Point, Run
from embedsmith.tracking.settings import settings_of
from embedsmith.tracking.store import RESOLVED, Store, UnreachableError, choose
from embedsmith.tracking.turn import turn
from embedsmith.tracking.view import best

SETTINGS = Path("sweep.json")
JOB = Path("job.json")
METRICS = Path("reports/metrics")
FILES = ("overview.html", "table.csv")
KIND = {"kind": "overview"}
"""The tag that tells such a run from those of variants."""


def log_sweep(root: Path, folder: Path) -> str:
    """Log the sweep in `folder` to the store of the workspace in `root`; return one line that says so.

    Of a sweep that is logged already, what has changed since is logged. A store that cannot be reached stops nothing:
    the line says so.

    Raises
    ------
    InputError
        If the folder holds no sweep, or none of its jobs has been configured.
    """
    described = read_json(folder, SETTINGS)
    name = str(described["name"])
    store = _store(root, folder)
    tags = {**origin(root), SWEEP: name, **KIND}
    key = hashlib.sha256(json.dumps(["sweep", name]).encode()).hexdigest()[:32]
    run = Run(key=key, name=name, tags=tags, contents=lambda: _contents(folder, described))
    try:
        with turn(store):
            from embedsmith.tracking.client import Client

            client = Client(store)
            client.renew(run)
            client.offer(best(name))
    except UnreachableError as error:
        return f"sweep {name}: its overview is not logged to {store} ({error})"
    return f"sweep {name}: its overview is logged to {store}"


def _store(root: Path, folder: Path) -> Store:
    """Return the store that its jobs log to."""
    paths = [*(job / RESOLVED for job in _jobs(folder)), root / RESOLVED]
    config = next((read_yaml(path) for path in paths if path.is_file()), None)
    if config is None:
        raise InputError(f"{folder}: none of its jobs has a {RESOLVED}")
    return choose(settings_of(config), os.environ, root)


def _jobs(folder: Path) -> list[Path]:
    return sorted((path.parent for path in folder.glob(f"*/{JOB}")), key=lambda job: (len(job.name), job.name))


def _contents(folder: Path, described: Mapping[str, Any]) -> Contents:
    jobs = _jobs(folder)
    states = [read_json(job, JOB) for job in jobs]
    done = [job for job, state in zip(jobs, states, strict=True) if state["status"] == "done"]
    scores = [score for job in done for score in _scores(job)]
    overrides = dict(str(each).partition("=")[::2] for each in described["overrides"])
    points = [
        Point("jobs", float(described["jobs"])),
        *(Point(status, float(sum(state["status"] == status for state in states))) for status in ("done", "failed")),
        *([Point("best_score", max(scores))] if scores else []),
    ]
    return Contents(
        params=overrides,
        points=points,
        seconds=sum(float(state.get("seconds") or 0.0) for state in states),
        artifacts=[(folder / file, "") for file in (*FILES, str(SETTINGS)) if (folder / file).is_file()],
        texts={},
    )


def _scores(job: Path) -> Iterator[float]:
    """Yield the mean over the intrinsic sets of each variant of a job; a refused one is none."""
    for model, entry in read_yaml(job / RESOLVED)["models"].items():
        for seed in entry["seeds"]:
            values = read_json(job, METRICS / model / str(seed) / "similarity.json")
            means = (values.get(variant, {}).get("mean", {}) for variant in entry["variants"])
            yield from (mean["score"] for mean in means if "score" in mean)
