"""Registering a variant as a version of one of MLflow's models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from embedsmith.config.choices import read_yaml
from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError
from embedsmith.export.write import export
from embedsmith.tracking.logged import ask
from embedsmith.tracking.store import RESOLVED, UnreachableError, store_of
from embedsmith.tracking.track import plan
from embedsmith.tracking.turn import turn

KEY = re.compile("[0-9a-f]{32}")
WORD = re.compile(r"[^/:.%\"'\s]+")
"""What MLflow takes as the name of a model or an alias, and a filter without quoting."""
RESERVED = re.compile(r"latest|v\d+", re.IGNORECASE)
"""Aliases that MLflow does not take: they name a version already."""


def register(root: Path, run: str, *, name: str | None, alias: str) -> str:
    """Register the variant of a logged `run` as a version of model `name`; return one line that says how to load it.

    What is registered is the artifact that lies in the run, with a signature and an example of its input. A variant
    that is registered already gets no other version, but the alias.

    Parameters
    ----------
    root
        The project's folder.
    run
        The name of a run of the project, as word2vec/s1/int8, or the key of any run of the store.
    name
        None for the name of the experiment.

    Raises
    ------
    InputError
        If there is no such run in the store, it cannot be reached, or MLflow does not take the name or the alias.
    """
    if not (root / RESOLVED).is_file():
        raise InputError(f"{RESOLVED}: no such file; run `dvc repro` first")
    config = read_yaml(root / RESOLVED)
    store, name = store_of(root, config), name or str(config["experiment"])
    for option, value in (("--name", name), ("--alias", alias)):
        if not WORD.fullmatch(value):
            raise InputError(f"{option}: {value!r} is no name; leave out spaces, quotes and / : . %")
    if RESERVED.fullmatch(alias):
        raise InputError(f"--alias: {alias} is MLflow's own word; choose another")
    key = run if KEY.fullmatch(run) else _key_of(root, config["models"], run)
    try:
        logged = ask(store).logged([key])
        if key not in logged:
            raise InputError(f"{run}: not logged to {store}; `dvc repro` logs it")
        from embedsmith.tracking.registry import Registry

        with turn(store):
            version = Registry(store).register(logged[key], name, alias, _write)
    except UnreachableError as error:
        raise InputError(f"{store}: {error}") from None
    return f"{name}, version {version}: {run} in {store}; mlflow.pyfunc.load_model('models:/{name}@{alias}')"


def _write(artifact: Path, out: Path) -> None:
    export(artifact, "mlflow", out, force=False)


def _key_of(root: Path, models: dict[str, Any], name: str) -> str:
    keys = {run.name: run.key for run in plan(root, models) if "variant" in run.tags}
    if name not in keys:
        raise InputError(f"there is no run {name!r} here, nor is it a run's key{nearest(name, keys)}")
    return keys[name]
