"""`embedsmith run`: Hydra's single and multirun over the DVC pipeline."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from embedsmith.config.choices import PARAMS
from embedsmith.config.dotted import leaves
from embedsmith.config.experiment import amend, choices_of
from embedsmith.errors import InputError
from embedsmith.sweep.job import prepare, run

SETTINGS = Path("conf/sweep")


def run_jobs(root: Path, overrides: Iterable[str], *, multirun: bool) -> None:
    """Run one job, or with `multirun` one for each combination of the `key=a,b` overrides.

    A key that begins with `hydra` goes to Hydra itself: its launchers, sweepers and their settings.
    """
    root = root.resolve()
    if not (root / SETTINGS / "run.yaml").is_file():
        raise InputError(f"{SETTINGS / 'run.yaml'}: no such file; run where params.yaml and conf/ lie")
    # `++`: the job's own keys are free-form here, the job's `configure` checks them against the schema.
    words = [word if word.startswith("hydra") else f"++{word.lstrip('+')}" for word in overrides]
    sys.argv = ["embedsmith run", *words, *(["--multirun"] if multirun else [])]

    failed: list[str] = []

    def job(config: DictConfig, folder: Path) -> None:
        values: dict[str, Any] = OmegaConf.to_container(config, resolve=True)  # type: ignore[assignment]
        experiment = values.pop("experiment")
        base = choices_of(root, experiment) if experiment else (root / PARAMS).read_text()
        prepare(root, folder, amend(base, dict(leaves(values))))
        run(root, folder)

    def attempt(config: DictConfig) -> None:
        # Hydra would answer a job's error with a traceback, and leave out the jobs after it.
        folder = Path(HydraConfig.get().runtime.output_dir)
        try:
            job(config, folder)
        except InputError as error:
            failed.append(f"{folder.relative_to(root)}: {error}")

    hydra.main(version_base="1.3", config_path=str(root / SETTINGS), config_name="run")(attempt)()
    if failed:
        raise InputError("; ".join(failed))
