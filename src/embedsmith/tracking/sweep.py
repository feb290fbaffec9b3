"""The run of a sweep as a whole: how many of its jobs are done, the best of them, and the overview of all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from embedsmith.config.choices import read_yaml
from embedsmith.errors import InputError
from embedsmith.files import read_json
from embedsmith.runs.folders import SWEEP as SETTINGS
from embedsmith.runs.folders import Sweep, jobs_of, read_sweep
from embedsmith.runs.job import DONE, FAILED, differing, read
from embedsmith.tracking.origin import SWEEP, origin
from embedsmith.tracking.run import Contents, Point, Run
from embedsmith.tracking.settings import settings_of
from embedsmith.tracking.store import RESOLVED, Store, UnreachableError, choose
from embedsmith.tracking.turn import turn
from embedsmith.tracking.view import best

METRICS = Path("reports/metrics")
FILES = ("overview.html", "table.csv", SETTINGS)
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
    sweep = read_sweep(folder)
    store = _store(root, folder)
    tags = {**origin(root), SWEEP: sweep.name, **KIND}
    key = hashlib.sha256(json.dumps(["sweep", sweep.name]).encode()).hexdigest()[:32]
    run = Run(key=key, name=sweep.name, tags=tags, contents=lambda: _contents(folder, sweep))
    try:
        with turn(store):
            from embedsmith.tracking.client import Client

            client = Client(store)
            client.renew(run)
            client.offer(best(sweep.name, _swept(folder)))
    except UnreachableError as error:
        return f"sweep {sweep.name}: its overview is not logged to {store} ({error})"
    return f"sweep {sweep.name}: its overview is logged to {store}"


def _store(root: Path, folder: Path) -> Store:
    """Return the store that its jobs log to."""
    paths = [*(job / RESOLVED for job in jobs_of(folder)), root / RESOLVED]
    config = next((read_yaml(path) for path in paths if path.is_file()), None)
    if config is None:
        raise InputError(f"{folder}: none of its jobs has a {RESOLVED}")
    return choose(settings_of(config), os.environ, root)


def _swept(folder: Path) -> list[str]:
    """Return the settings whose values are not the same in all jobs."""
    given = [dict(word.partition("=")[::2] for word in said.overrides) for said in map(read, jobs_of(folder)) if said]
    return differing(given)


def _contents(folder: Path, sweep: Sweep) -> Contents:
    jobs = {job: said for job in jobs_of(folder) if (said := read(job))}
    scores = [score for job, said in jobs.items() if said.status == DONE for score in _scores(job)]
    points = [
        Point("jobs", float(sweep.jobs or len(jobs))),
        *(Point(status, float(sum(said.status == status for said in jobs.values()))) for status in (DONE, FAILED)),
        *([Point("best_score", max(scores))] if scores else []),
    ]
    return Contents(
        params=dict(each.partition("=")[::2] for each in sweep.overrides),
        points=points,
        seconds=sum(said.seconds or 0.0 for said in jobs.values()),
        artifacts=[(folder / file, "") for file in FILES if (folder / file).is_file()],
        texts={},
    )


def _scores(job: Path) -> Iterator[float]:
    """Yield the mean over the intrinsic sets of each variant of a job; a refused one is none."""
    for model, entry in read_yaml(job / RESOLVED)["models"].items():
        for seed in entry["seeds"]:
            values = read_json(job, METRICS / model / str(seed) / "similarity.json")
            means = (values.get(variant, {}).get("mean", {}) for variant in entry["variants"])
            yield from (mean["score"] for mean in means if "score" in mean)
