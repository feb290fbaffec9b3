"""The search of a sweeper such as Optuna: what it is told to look for, and the front that it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from hydra import compose, initialize_config_dir
from hydra.errors import HydraException, MissingConfigException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from embedsmith.errors import InputError
from embedsmith.files import write_text
from embedsmith.runs.folders import jobs_of
from embedsmith.runs.job import DONE, read

FOUND = "optimization_results.yaml"
"""What Hydra's sweepers write at their end."""
EXTRAS = "pip install -e '.[sweep]' brings Optuna and SLURM's launcher, '.[ray]' that of Ray"


def trials(folder: Path, settings: str, words: Sequence[str]) -> int | None:
    """Compose what the sweeper and the launcher are told; return how many jobs it searches with, None for a grid.

    Parameters
    ----------
    folder
        conf/sweep/ of the sweep.
    words
        For Hydra itself, and `objectives`.

    Raises
    ------
    InputError
        If there is no such sweeper, launcher or setting, or its directions are not as many as the objectives.
    """
    try:
        with initialize_config_dir(version_base="1.3", config_dir=str(folder)):
            config = compose(settings, list(words), return_hydra_config=True)
    except HydraException as error:
        hint = f"; {EXTRAS}" if isinstance(error, MissingConfigException) else ""
        raise InputError(plain(error) + hint) from None
    sweeper: Mapping[str, Any] = OmegaConf.to_container(config.hydra.sweeper)  # type: ignore[assignment]
    if "direction" in sweeper:
        listed = sweeper["direction"] if isinstance(sweeper["direction"], list) else [sweeper["direction"]]
        if len(listed) != len(config.objectives):
            raise InputError(
                f"objectives: {len(config.objectives)} of them, and hydra.sweeper.direction has {len(listed)};"
                " name as many, such as objectives=[mean,bytes] hydra.sweeper.direction=[maximize,minimize]"
            )
    return sweeper.get("n_trials")


def plain(error: Exception) -> str:
    """Return Hydra's words in one line, without the folders in which it looked."""
    cause = f" {error.__cause__}" if isinstance(error.__cause__, OmegaConfBaseException) else ""
    return " ".join(f"{error}{cause}".partition("Config search path:")[0].split())


def front(home: Path) -> list[str]:
    """Return a line for each solution that the sweeper of the sweep in `home` found, none if it did not search.

    Its file gets the names of the jobs, and choices as they were given.
    """
    path = home / FOUND
    if not path.is_file():
        return []
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    solutions = found.get("solutions", [{"params": found.get("best_params"), "values": [found.get("best_value")]}])
    for solution in solutions:
        solution["params"] = {key.lstrip("+"): value for key, value in solution["params"].items()}
    solutions = [each for place, each in enumerate(solutions) if each not in solutions[:place]]  # asked for twice
    done = [job for job in map(read, jobs_of(home)) if job and job.status == DONE and job.objectives]
    jobs = {tuple((job.objectives or {}).values()): job for job in reversed(done)}
    lines = []
    for solution in solutions:
        if job := jobs.get(tuple(solution["values"])):
            solution["job"] = job.name
            figures = ", ".join(f"{name} {_text(value)}" for name, value in (job.objectives or {}).items())
            lines.append(f"{job.name}: {figures}; " + " ".join(f"{k}={v}" for k, v in solution["params"].items()))
    write_text(path, yaml.safe_dump({"name": found["name"], "solutions": solutions}, sort_keys=False))
    return lines


def _text(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else f"{value:.4f}"
