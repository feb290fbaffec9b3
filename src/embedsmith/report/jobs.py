"""The jobs of a sweep: how each ended, what was swept, and the key figures of the variants that they made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from embedsmith.config.experiment import parse
from embedsmith.errors import InputError
from embedsmith.report import format as text
from embedsmith.report.front import front
from embedsmith.report.listing import Listed, listed
from embedsmith.report.results import results
from embedsmith.report.table import Measured, measured, value
from embedsmith.runs.folders import jobs_of, read_sweep
from embedsmith.runs.job import DONE, differing
from embedsmith.runs.job import Job as SaidJob
from embedsmith.runs.job import read as read_job

TESTS = "weat"
"""What the names of association tests begin with."""
FIGURES = ("megabytes", "score", "isotropy", "bias")
"""Key figures of a variant, after its job and what was swept."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job of a sweep.

    Attributes
    ----------
    name
        Of its folder.
    status, error
        How it ended, and why it has no results, in a line.
    overrides
        What it was given, by key.
    runs
        What it measured of each run; empty if it has no results.
    """

    name: str
    folder: Path
    status: str
    error: str
    overrides: Mapping[str, Any]
    runs: Mapping[str, Measured]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One variant of a job, and its key figures: score with its interval, megabytes, isotropy, bias; NaN for none."""

    job: Job
    entry: Listed
    variant: str
    megabytes: float
    score: float
    low: float
    high: float
    isotropy: float
    bias: float


def read(sweep: Path) -> list[Job]:
    """Return the jobs of a sweep, in their order."""
    read_sweep(sweep)
    return [_job(folder, said) for folder in jobs_of(sweep) if (said := read_job(folder))]


def _job(folder: Path, said: SaidJob) -> Job:
    error = " ".join((said.error or "").split())
    runs: Mapping[str, Measured] = {}
    if said.status == DONE:
        try:
            runs = measured(results(folder))
        except InputError as lost:
            error = str(lost)
    overrides = dict(parse(override) for override in said.overrides)
    return Job(name=folder.name, folder=folder, status=said.status, error=error, overrides=overrides, runs=runs)


def swept(jobs: Sequence[Job]) -> list[str]:
    """Return the keys whose values are not the same in all jobs."""
    return differing([job.overrides for job in jobs])


def measure(jobs: Sequence[Job]) -> list[Measurement]:
    """Return the key figures of each variant that the `jobs` made; what was not measured is NaN."""
    tests = _shared([run for job in jobs for run in job.runs.values()])
    return [
        Measurement(
            job=job,
            entry=entry,
            variant=variant,
            megabytes=value(run, "size", "bytes") / 1e6,
            score=value(run, "similarity", "mean"),
            low=value(run, "similarity", "mean", "low"),
            high=value(run, "similarity", "mean", "high"),
            isotropy=value(run, "anisotropy", "isoscore"),
            bias=sum(abs(value(run, "bias", test)) for test in tests) / len(tests) if tests else math.nan,
        )
        for job in jobs
        if job.runs
        for entry in listed(job.folder)
        for variant in entry.variants
        for run in [job.runs[entry.run(variant)]]
    ]


def _shared(runs: Sequence[Measured]) -> list[str]:
    """Return the association tests that have a score in every run."""
    names = dict.fromkeys(name for run in runs for kind, name in run if kind == "bias" and name.startswith(TESTS))
    return [name for name in names if not any(math.isnan(value(run, "bias", name)) for run in runs)]


def tabulated(jobs: Sequence[Job], measurements: Sequence[Measurement]) -> pd.DataFrame:
    """Return a row for each measurement, and one for each job that has none."""
    keys = swept(jobs)
    first = set(best(measurements))
    rows = [
        {**_named(each.job, keys), "model": each.entry.model, "seed": each.entry.seed, "variant": each.variant}
        | {name: getattr(each, name) for name in (*FIGURES, "low", "high")}
        | {"front": place in first}
        for place, each in enumerate(measurements)
    ]
    having = {each.job.name for each in measurements}
    rows += [_named(job, keys) for job in jobs if job.name not in having]
    columns = ["job", "status", "error", *keys, "model", "seed", "variant", *FIGURES, "low", "high", "front"]
    return pd.DataFrame(rows, columns=columns)


def _named(job: Job, keys: Sequence[str]) -> dict[str, Any]:
    given = {key: text.setting(job.overrides[key]) if key in job.overrides else None for key in keys}
    return {"job": job.name, "status": job.status, "error": job.error, **given}


def best(measurements: Sequence[Measurement]) -> list[int]:
    """Return the places of those on the front of size and score, the smallest first."""
    return front([each.megabytes for each in measurements], [each.score for each in measurements])
