"""`embedsmith run`: Hydra's single and multirun over the DVC pipeline."""

from __future__ import annotations

import math
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from embedsmith.config.choices import PARAMS
from embedsmith.config.dotted import leaves
from embedsmith.config.experiment import amend, choices_of
from embedsmith.errors import InputError
from embedsmith.lifetime import end_with_parent
from embedsmith.sweep.folders import RUNS, SNAPSHOT, SWEEPS, Sweep, jobs_of, new, read_sweep
from embedsmith.sweep.job import DONE, FAILED, RUNNING, SWEEP, Job, attempt, read
from embedsmith.sweep.ledger import Ledger
from embedsmith.sweep.live import follow
from embedsmith.sweep.objectives import objectives
from embedsmith.sweep.seed import seed
from embedsmith.sweep.snapshot import cache_of, describe, take
from embedsmith.sweep.words import OWN, count, refuse_unknown, split

SETTINGS = Path("conf/sweep")
Values = float | tuple[float, ...] | None


def run_jobs(root: Path, words: Sequence[str], *, multirun: bool, workers: int | None, resume: str | None) -> list[Job]:
    """Run one job, or with `multirun` one for each combination of the `key=a,b` words; return how each ended.

    Parameters
    ----------
    words
        Choices as `key=value`; `sweep=NAME` takes conf/sweep/NAME.yaml for conf/sweep/run.yaml; what begins with
        `hydra` goes to Hydra itself: its launchers, sweepers and their settings.
    workers
        Jobs at a time; None leaves it to the launcher.
    resume
        The name of a sweep to go on with: with its words, its snapshot, and what is done of it.

    Raises
    ------
    InputError
        If a key is unknown, before any job starts.
    """
    root = root.resolve()
    if resume:
        home = root / SWEEPS / resume
        words, multirun = read_sweep(home).overrides, True
    else:
        if not (root / SETTINGS / "run.yaml").is_file():
            raise InputError(f"{SETTINGS / 'run.yaml'}: no such file; run where params.yaml and conf/ lie")
        home = new(root / (SWEEPS if multirun else RUNS))
    snapshot = home / SNAPSHOT if multirun else home
    cache = cache_of(root)
    settings, to_hydra, choices = split(words)
    if not resume:
        take(root, snapshot)
        describe(root, home)
        refuse_unknown(snapshot, settings, choices)
        seed(root, Ledger(cache))
        if multirun:
            Sweep(name=home.name, overrides=list(words), jobs=count(snapshot, settings, choices)).write(home)
    task = Task(
        root=root,
        snapshot=snapshot,
        home=home,
        cache=cache,
        multirun=multirun,
        store=os.environ.get("MLFLOW_TRACKING_URI", f"sqlite:///{root / 'mlflow.db'}"),
        launched_by=(socket.gethostname(), os.getpid()),
    )
    parallel = ["hydra/launcher=joblib", f"hydra.launcher.n_jobs={workers}"] if workers else []
    sys.argv = [
        "embedsmith run",
        *(f"++{word}" for word in choices),
        f"hydra.run.dir={home}",
        f"hydra.sweep.dir={home}",
        *parallel,
        *to_hydra,
        *(["--multirun"] if multirun else []),
    ]

    def job(config: DictConfig) -> Values:  # Hydra wants a function, to find out where it is called from
        return task(config)

    with follow(home) if multirun else nullcontext():
        hydra.main(version_base="1.3", config_path=str(snapshot / SETTINGS), config_name=settings)(job)()
    return [ended for folder in (jobs_of(home) if multirun else [home]) if (ended := read(folder))]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What Hydra calls for each job, maybe in another process.

    Attributes
    ----------
    home
        The folder of the sweep, or of the single run.
    store
        MLflow's tracking URI, where params.yaml sets none.
    launched_by
        Host and process of the sweep.
    """

    root: Path
    snapshot: Path
    home: Path
    cache: Path
    multirun: bool
    store: str
    launched_by: tuple[str, int]

    def __call__(self, config: DictConfig) -> Values:
        """Run the job, or recall how it ended; return its objectives, as the sweeper wants them."""
        if self.launched_by != (socket.gethostname(), os.getpid()):
            end_with_parent()
        values: dict[str, Any] = OmegaConf.to_container(config, resolve=True)  # type: ignore[assignment]
        experiment, names, variant, remote = (values.pop(key) for key in OWN)
        folder = Path(HydraConfig.get().runtime.output_dir)
        name = f"{self.home.name}/{folder.name}" if self.multirun else self.home.name
        overrides = [word.removeprefix("++") for word in HydraConfig.get().overrides.task]
        sweep = self.home.name if self.multirun else None
        job = Job(name=name, sweep=sweep, overrides=overrides, status=RUNNING)
        earlier = read(folder)
        if earlier and earlier.status == DONE and list(earlier.overrides) == overrides:
            job = earlier
        else:
            job = self._run(job, folder, experiment, remote, values)
        if job.status == DONE and names:
            try:
                job = replace(job, objectives=objectives(folder, names, variant))
            except InputError as error:
                job = replace(job, status=FAILED, error=str(error))
            job.write(folder)
        found = tuple((job.objectives or {}).get(name, math.nan) for name in names)
        return None if not found else found[0] if len(found) == 1 else found

    def _run(
        self, job: Job, folder: Path, experiment: str | None, remote: str | None, values: Mapping[str, Any]
    ) -> Job:
        base = choices_of(self.snapshot, experiment) if experiment else (self.snapshot / PARAMS).read_text("utf-8")
        return attempt(
            job,
            folder,
            amend(base, dict(leaves(values))),
            snapshot=self.snapshot,
            cache=self.cache,
            remote=remote,
            environment={"MLFLOW_TRACKING_URI": self.store, **({SWEEP: job.sweep} if job.sweep else {})},
        )
