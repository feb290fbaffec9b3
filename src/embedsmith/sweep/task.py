"""What Hydra calls for each job of a sweep, maybe in another process: it imports what a job needs and no more."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from embedsmith.config.choices import PARAMS
from embedsmith.config.dotted import leaves
from embedsmith.config.experiment import amend, choices_of
from embedsmith.errors import InputError
from embedsmith.lifetime import end_with_parent
from embedsmith.runs.job import DONE, FAILED, RUNNING, Job, read
from embedsmith.sweep.job import FOLLOWED, SWEEP, attempt
from embedsmith.sweep.places import PLACES
from embedsmith.sweep.words import OWN

Values = float | tuple[float, ...] | None


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
    places
        How many jobs compute at a time; None leaves it to the launcher.
    """

    root: Path
    snapshot: Path
    home: Path
    cache: Path
    multirun: bool
    store: str
    launched_by: tuple[str, int]
    places: int | None

    @property
    def tracking(self) -> dict[str, str]:
        """The environment in which its results are tracked."""
        return {"MLFLOW_TRACKING_URI": self.store, **({SWEEP: self.home.name} if self.multirun else {})}

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
            followed = sweep and remote is None and self.launched_by[0] == socket.gethostname()
            job = attempt(
                job,
                folder,
                partial(self._choices, experiment, values),
                snapshot=self.snapshot,
                cache=self.cache,
                remote=remote,
                environment=self.tracking
                | ({FOLLOWED: "1"} if followed else {})
                | ({PLACES: str(self.places)} if self.places else {}),
            )
        if job.status == DONE and names:
            from embedsmith.sweep.objectives import objectives

            try:
                job = replace(job, objectives=objectives(folder, names, variant))
            except InputError as error:
                job = replace(job, status=FAILED, error=str(error))
            job.write(folder)
        if job.status != DONE or not names:  # to a sweeper, no number is a failed trial
            return None
        found = tuple((job.objectives or {})[name] for name in names)
        return found[0] if len(found) == 1 else found

    def _choices(self, experiment: str | None, values: Mapping[str, Any]) -> str:
        """Return the text of the job's params.yaml."""
        base = choices_of(self.snapshot, experiment) if experiment else (self.snapshot / PARAMS).read_text("utf-8")
        return amend(base, dict(leaves(values)))
