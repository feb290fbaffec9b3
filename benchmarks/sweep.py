"""Sweeps: what jobs share is computed once; time against what the stages themselves take, and against DVC's own ways.

The jobs are those of the quick experiment. Each way begins with an empty cache and has two workers.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import dvc
import psutil

from benchmarks.measure import seconds
from benchmarks.rivals import queued, side_by_side
from benchmarks.rows import Row
from benchmarks.workspace import ROOT, clone
from benchmarks.workspace import run as run_in
from embedsmith.config.experiment import amend, choices_of
from embedsmith.config.instances import Inputs
from embedsmith.runs.folders import SWEEPS, jobs_of
from embedsmith.sweep.ledger import Ledger
from embedsmith.sweep.seed import seed
from embedsmith.sweep.snapshot import cache_of
from embedsmith.sweep.stages import RAN, read_events

WORKERS = CORES = 2
GRID = {
    "tokenizer": ["unigram", "bpe"],
    "model.word2vec.window": ["3", "5", "10"],
    "variants": ["[fp16,int8]", "[pca,pca-int8]"],
}
JOBS = math.prod(map(len, GRID.values()))
MANY, NEW = 100, 10
"""Jobs of a sweep most of which is in the cache, and how many are not."""
MIDDLE = 40
"""Stage executions after which a sweep is killed."""
POLL = 0.2
END = 15.0
"""Seconds in which a sweep that is killed has to end everywhere."""


def run() -> Iterator[Row]:
    """Yield the rows; takes about a quarter of an hour on two processors. Wheels should be at hand."""
    params = amend(choices_of(ROOT, "quick"), {"models": ["word2vec"], "tokenizer": "unigram"})
    with clone(params) as folder:
        home, taken = _sweep(folder, GRID)
        yield from _own(home, taken)
        yield _mostly_cached(folder)
    with clone(params) as folder:
        yield _killed(folder)
    for name, way in ((f"dvc {dvc.__version__}, exp run --queue", queued), ("dvc repro side by side", side_by_side)):
        with clone(params) as folder:
            counts: list[int] = []
            peer = seconds(lambda: counts.append(way(folder, GRID, WORKERS)))  # noqa: B023
            yield Row(
                what=f"{JOBS} jobs, s",
                ours=taken,
                peer=peer,
                peer_version=f"{name}, {counts[0]} stage executions",
                ratio=peer / taken,
            )
    yield from _default_job()


def _sweep(folder: Path, grid: Mapping[str, Iterable[str]]) -> tuple[Path, float]:
    """Run a sweep; return its folder and how long it took."""
    taken = seconds(lambda: run_in(folder, *_command(grid)))
    return max((folder / SWEEPS).iterdir(), key=lambda home: home.stat().st_ctime), taken


def _command(grid: Mapping[str, Iterable[str]]) -> list[str]:
    words = [f"{key}={','.join(values)}" for key, values in grid.items()]
    return ["embedsmith", "run", *words, "-m", "-j", str(WORKERS)]


def _own(home: Path, taken: float) -> Iterator[Row]:
    """Yield what a sweep cost, counted and timed."""
    jobs, ran = jobs_of(home), _ran(home)
    distinct = f"{_distinct(home)} distinct instances"
    yield Row(what=f"{len(jobs)} jobs, stage executions", ours=len(ran), target=distinct)
    # What two processors need for the stages alone, whatever else their processes wait for.
    least = sum(event["processor"] for event in ran) / CORES
    waves = math.ceil(len(jobs) / WORKERS)
    yield Row(
        what=f"{len(jobs)} jobs, {WORKERS} workers, s",
        ours=taken,
        target=f"< {1.15 * least + 3 * waves:.0f}: 1.15 x {least:.0f} s of {CORES} processors + 3 s a wave",
    )
    (tracked,) = read_events(home)
    share = 100 * tracked["processor"] / (taken * CORES)
    yield Row(what="tracking, % of the time of all processors", ours=share, target="< 5")


def _ran(home: Path) -> list[Mapping[str, Any]]:
    """Return each time that a stage instance of the sweep in `home` was computed to its end."""
    return [event for job in jobs_of(home) for event in read_events(job) if event["how"] == RAN]


def _distinct(home: Path) -> int:
    """Count the distinct stage instances of the sweep in `home`."""
    every = (inputs for inputs in map(Inputs, jobs_of(home)))
    return len({(name, inputs.hash(name)) for inputs in every for name in inputs.instances if name != "track"})


def _killed(folder: Path) -> Row:
    """Kill a sweep in its middle, where nothing of it may go on, resume it, and count over both parts."""
    process = subprocess.Popen(_command(GRID), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    homes = folder / SWEEPS
    while not (homes.is_dir() and sum(len(_ran(home)) for home in homes.iterdir()) >= MIDDLE):
        time.sleep(POLL)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (home,) = homes.iterdir()
    end = time.monotonic() + END
    while left := _at_work(folder):
        if time.monotonic() > end:
            sys.exit(f"of the sweep that was killed, these went on: {left}")
        time.sleep(POLL)
    before = len(_ran(home))
    run_in(folder, "embedsmith", "run", "--resume", home.name, "-j", str(WORKERS))
    jobs, counted = len(jobs_of(home)), len(_ran(home))
    what = f"{jobs} jobs, killed after {before} stage executions and resumed: all executions"
    return Row(what=what, ours=counted, target=f"{_distinct(home)} distinct instances")


def _at_work(folder: Path) -> list[str]:
    """Return the commands of the processes that work in `folder`."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).is_relative_to(folder):
                found.append(" ".join(process.cmdline()))
    return found


def _mostly_cached(folder: Path) -> Row:
    """Time a sweep of many jobs, nine in ten of which another sweep has computed."""
    seeds = [f"[{seed}]" for seed in range(1, NEW + 1)]
    _sweep(folder, {"seeds": seeds})
    windows = ["5"] * (MANY // NEW - 1) + ["4"]  # conf/model/word2vec.yaml has 5; the same job again is in the cache
    home, taken = _sweep(folder, {"seeds": seeds, "model.word2vec.window": windows})
    return Row(what=f"{len(jobs_of(home))} jobs, {MANY - NEW} of them in the cache, s", ours=taken, target="< 360")


def _default_job() -> Iterator[Row]:
    """Time a job of the default pipeline whose results the cache of this workspace has."""
    cache = cache_of(ROOT)
    seed(ROOT, Ledger(cache))
    with clone(choices_of(ROOT, "default")) as folder:
        run_in(folder, "dvc", "cache", "dir", "--local", str(cache))
        known = run_in(folder, sys.executable, "-m", "embedsmith.sweep.restore", "params.yaml").split()
        if missing := set(known) - {"track"}:
            print(f"no row of a cached job of the default pipeline: {len(missing)} stages of it are not in {cache}")
            return
        run_in(folder, "embedsmith", "run")  # logs all of it: this folder's store is empty
        taken = seconds(lambda: run_in(folder, "embedsmith", "run"))
        yield Row(what="a cached job of the default pipeline, s", ours=taken, target="< 6")
