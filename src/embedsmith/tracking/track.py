"""Bring MLflow up to date: log what the files hold and the store does not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedsmith.config.check import build
from embedsmith.config.instances import KINDS, Inputs
from embedsmith.tracking.logged import logged
from embedsmith.tracking.pipeline import Pipeline
from embedsmith.tracking.run import Run
from embedsmith.tracking.settings import TrackingSettings
from embedsmith.tracking.store import Store, UnreachableError, choose
from embedsmith.tracking.variant import Variant

TURN = 600.0
"""Seconds to wait for another process that logs to the same store."""


def track(root: Path, config: Mapping[str, Any]) -> str:
    """Log what the resolved configuration `config` lists and the store does not have; return one line that says so.

    A store that cannot be reached, or that fails on the way, stops nothing: the line says so, and the next call
    logs what is missing. Doing it again adds nothing.

    Raises
    ------
    InputError
        If a file of something that is listed is missing, or no store has the URI that is set.
    """
    settings = build(TrackingSettings, {name: config[name] for name in ("uri", "experiment")}, "tracking")
    store = choose(settings, os.environ, Path(os.environ.get("DVC_ROOT") or root))
    runs = plan(root, config["models"])
    waiting = runs
    try:
        waiting = _unlogged(store, runs)
        if not waiting:
            return f"track: all {len(runs)} runs are logged already"
        with _turn(store):
            waiting = _unlogged(store, runs)  # another process may have logged some meanwhile
            count = len(waiting)
            _log(store, root, waiting)
    except UnreachableError as error:
        return (
            f"track: {len(waiting)} of {len(runs)} runs not logged to {store} ({error}); "
            "the next `dvc repro` catches up"
        )
    return f"track: {count} {'run' if count == 1 else 'runs'} logged to {store}"


def plan(root: Path, models: Mapping[str, Any]) -> list[Run]:
    """Return the runs that a store should have: one for each listed variant, and the pipeline's."""
    inputs = Inputs(root)
    variants = {}
    for model, entry in models.items():
        for seed in entry["seeds"]:
            hashes = {name: inputs.hash(name) for name in (f"{kind}@{model}-{seed}" for kind in KINDS)}
            for name in entry["variants"]:
                variant = Variant(root=root, model=model, seed=seed, variant=name, hashes=hashes)
                variants[inputs.run_key(model, seed, name)] = variant
    pipeline = Pipeline(root=root, variants={variant.name: key for key, variant in variants.items()})
    key = pipeline.key()
    tags = {"pipeline": key, **_origin(root)}
    return [
        *(
            Run(
                key=own,
                name=variant.name,
                tags={"model": variant.model, "seed": str(variant.seed), "variant": variant.variant, **tags},
                contents=variant.contents,
            )
            for own, variant in variants.items()
        ),
        Run(key=key, name=f"pipeline/{key[:8]}", tags=tags, contents=pipeline.contents),
    ]


def _unlogged(store: Store, runs: Sequence[Run]) -> list[Run]:
    found = logged(store, [run.key for run in runs])
    return [run for run in runs if run.key not in found]


def _log(store: Store, root: Path, waiting: list[Run]) -> None:
    """Log the runs that are `waiting`, each leaving the list when it is complete."""
    from embedsmith.tracking.client import Client
    from embedsmith.tracking.corpus import read_corpus

    corpus = read_corpus(root)
    client = Client(store)
    while waiting:
        client.log(waiting[0], corpus)
        waiting.pop(0)


@contextmanager
def _turn(store: Store) -> Iterator[None]:
    """Log one process at a time: two that make a new database break each other's, and both would log the same."""
    from filelock import FileLock, Timeout

    try:
        store.lock.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store.lock, timeout=TURN)
        lock.acquire()
    except Timeout:
        raise UnreachableError("another process is logging to it") from None
    except OSError as error:
        raise UnreachableError(f"{error.strerror}: {store.lock}") from None
    try:
        yield
    finally:
        lock.release()


def _origin(root: Path) -> dict[str, str]:
    """Tags of where a run comes from: the sweep that it belongs to, and the commit, where there are such."""
    tags = {"mlflow.source.name": "embedsmith"}
    if sweep := os.environ.get("EMBEDSMITH_SWEEP"):
        tags["sweep"] = sweep
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
        tags["mlflow.source.git.commit"] = head.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        pass  # not a repository, or one without a commit
    return tags
