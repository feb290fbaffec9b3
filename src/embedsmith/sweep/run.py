"""`embedsmith run`: Hydra's single and multirun over the DVC pipeline."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import hydra
from filelock import FileLock, Timeout
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from embedsmith.errors import InputError
from embedsmith.runs.folders import RUNS, SNAPSHOT, SWEEPS, Sweep, jobs_of, new, read_sweep
from embedsmith.runs.job import FAILED, Job, read
from embedsmith.sweep.ledger import Ledger
from embedsmith.sweep.live import follow
from embedsmith.sweep.places import RESERVE
from embedsmith.sweep.search import plain, trials
from embedsmith.sweep.seed import seed
from embedsmith.sweep.snapshot import cache_of, describe, take, writable
from embedsmith.sweep.task import Task, Values
from embedsmith.sweep.tracker import tracking
from embedsmith.sweep.words import count, for_hydra, refuse_unknown, split

SETTINGS = Path("conf/sweep")


def run_jobs(
    root: Path, words: Sequence[str], *, multirun: bool, workers: int | None, resume: str | None
) -> tuple[list[Job], list[str]]:
    """Run one job, or with `multirun` one for each combination of the `key=a,b` words.

    Parameters
    ----------
    words
        Choices as `key=value`; `sweep=NAME` takes conf/sweep/NAME.yaml for conf/sweep/run.yaml; what begins with
        `hydra` goes to Hydra itself: its launchers, sweepers and their settings.
    workers
        Jobs at a time; None leaves it to the launcher.
    resume
        The name of a sweep to go on with: with its words, its snapshot, and what is done of it.

    Returns
    -------
    How each job ended, and what there is to say of the sweep's overview.

    Raises
    ------
    InputError
        If a key is unknown, before any job starts.
    """
    root = root.resolve()
    _refuse(words, multirun=multirun, workers=workers, resume=resume)
    cache = writable(cache_of(root))
    home = root / SWEEPS / resume if resume else _begin(root, words, cache, multirun=multirun)
    if resume:
        words, multirun = read_sweep(home).overrides, True
    task = Task(
        root=root,
        snapshot=home / SNAPSHOT if multirun else home,
        home=home,
        cache=cache,
        multirun=multirun,
        store=os.environ.get("MLFLOW_TRACKING_URI", f"sqlite:///{root / 'mlflow.db'}"),
        launched_by=(socket.gethostname(), os.getpid()),
        places=workers,
    )
    if not multirun:
        _launch(task, words, workers)
        return _ended(home, multirun), []
    try:
        with _alone(home), tracking(root, home, task.tracking) as said:
            _launch(task, words, workers)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"`embedsmith run --resume {home.name}` goes on") from None
    return _ended(home, multirun), said


def _refuse(words: Sequence[str], *, multirun: bool, workers: int | None, resume: str | None) -> None:
    if workers is not None and workers < 1:
        raise InputError(f"-j: at least 1, not {workers}")
    if workers is not None and not (multirun or resume):
        raise InputError("-j: a single run is one job; for a sweep add -m")
    if resume and words:
        raise InputError(f"--resume: {resume} keeps the choices that it has; leave {words[0]!r} away")


def _begin(root: Path, words: Sequence[str], cache: Path, *, multirun: bool) -> Path:
    """Return the folder of a new sweep or single run, with its snapshot; there is none where the words are refused."""
    if not (root / SETTINGS / "run.yaml").is_file():
        raise InputError(f"{SETTINGS / 'run.yaml'}: no such file; run where params.yaml and conf/ lie")
    settings, to_hydra, choices = split(words)
    home = new(root / (SWEEPS if multirun else RUNS))
    snapshot = home / SNAPSHOT if multirun else home
    try:
        take(root, snapshot)
        describe(root, home)
        jobs = count(snapshot, settings, choices)
        if jobs != 1 and not multirun:
            raise InputError("several values of one key are a sweep; add -m")
        refuse_unknown(snapshot, settings, choices)
        if multirun:
            told = [*to_hydra, *(word for word in choices if word.startswith("objectives="))]
            jobs = trials(snapshot / SETTINGS, settings, told) or jobs
            Sweep(name=home.name, overrides=list(words), jobs=jobs).write(home)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    seed(root, Ledger(cache))
    return home


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Be the only one who goes on with a sweep, and show how far it is."""
    lock = FileLock(home / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise InputError(f"{home.name} is running; wait for it, or end it") from None
    try:
        with follow(home):
            yield
    finally:
        lock.release()


def _launch(task: Task, words: Sequence[str], workers: int | None) -> None:
    """Let Hydra call `task` for each job."""
    settings, to_hydra, choices = split(words)
    home = "'" + str(task.home).replace("'", r"\'") + "'"
    # One job at a time to a worker: joblib would hand several to one, and leave the other without.
    parallel = (
        ("hydra/launcher=joblib", f"hydra.launcher.n_jobs={RESERVE * workers}", "hydra.launcher.batch_size=1")
        if workers
        else ()
    )
    sys.argv = [
        "embedsmith run",
        *for_hydra(task.snapshot, settings, choices),
        f"hydra.run.dir={home}",
        f"hydra.sweep.dir={home}",
        *parallel,
        *to_hydra,
        *(["--multirun"] if task.multirun else []),
    ]

    def job(config: DictConfig) -> Values:  # Hydra wants a function, to find out where it is called from
        return task(config)

    logging.disable(logging.ERROR)  # what launchers and sweepers tell of their steps; we say how it ended
    os.environ["HYDRA_FULL_ERROR"] = "1"  # it then raises what it would print and exit with
    try:
        hydra.main(version_base="1.3", config_path=str(task.snapshot / SETTINGS), config_name=settings)(job)()
    except (HydraException, OmegaConfBaseException) as error:
        if read(task.home) is None and not jobs_of(task.home):  # nothing was run
            shutil.rmtree(task.home)
        raise InputError(plain(error)) from None
    except ValueError:  # Optuna's, which wants to name the best of trials that failed, all of them
        if any(each.status != FAILED for each in _ended(task.home, task.multirun)):
            raise


def _ended(home: Path, multirun: bool) -> list[Job]:
    return [ended for folder in (jobs_of(home) if multirun else [home]) if (ended := read(folder))]
