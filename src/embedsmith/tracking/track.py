"""Bring MLflow up to date: log what the files hold and the store does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from embedsmith.config.choices import read_yaml
from embedsmith.config.instances import KINDS, Inputs
from embedsmith.tracking.logged import ask
from embedsmith.tracking.origin import origin, own_sweep
from embedsmith.tracking.pipeline import Pipeline
from embedsmith.tracking.run import Run
from embedsmith.tracking.store import Store, UnreachableError, store_of
from embedsmith.tracking.turn import turn
from embedsmith.tracking.variant import Variant


def track(root: Path, config: Mapping[str, Any]) -> str:
    """Log what the resolved configuration `config` lists and the store does not have; return one line that says so.

    A run that an earlier sweep has logged is not logged again, but says that it belongs to this one too. A store that
    cannot be reached, or that fails on the way, stops nothing: the line says so, and the next call logs what is
    missing. Doing it again adds nothing.

    Raises
    ------
    InputError
        If a file of something that is listed is missing, or no store has the URI that is set.
    """
    store = store_of(root, config)
    runs = plan(root, config["models"])
    waiting = runs
    try:
        waiting, foreign = _missing(store, runs)
        if not waiting and not foreign:
            return f"track: all {len(runs)} runs are logged already"
        with turn(store):
            waiting, foreign = _missing(store, runs)  # another process may have logged some meanwhile
            if foreign:
                ask(store).set_sweeps(foreign)
            count = len(waiting)
            log(store, root, waiting)
    except UnreachableError as error:
        return (
            f"track: {len(waiting)} of {len(runs)} runs not logged to {store} ({error}); "
            "the next `dvc repro` catches up"
        )
    return f"track: {count} {'run' if count == 1 else 'runs'} logged to {store}"


def plan(root: Path, models: Mapping[str, Any]) -> list[Run]:
    """Return the runs that a store should have: one for each listed variant, and the pipeline's."""
    inputs, read = Inputs(root), cache(read_yaml)
    variants = {}
    for model, entry in models.items():
        for seed in entry["seeds"]:
            hashes = {name: inputs.hash(name) for name in (f"{kind}@{model}-{seed}" for kind in KINDS)}
            for name in entry["variants"]:
                variant = Variant(root=root, model=model, seed=seed, variant=name, hashes=hashes, read=read)
                variants[inputs.run_key(model, seed, name)] = variant
    pipeline = Pipeline(root=root, variants={variant.name: key for key, variant in variants.items()})
    key = pipeline.key()
    tags = {"pipeline": key, **origin(root)}
    return [
        *(
            Run(
                key=own,
                name=variant.name,
                tags=variant.tags | tags,
                contents=variant.contents,
            )
            for own, variant in variants.items()
        ),
        Run(key=key, name=f"pipeline/{key[:8]}", tags=tags, contents=pipeline.contents),
    ]


def _missing(store: Store, runs: Sequence[Run]) -> tuple[list[Run], dict[str, str]]:
    """Return the runs that are not logged, and of those that another sweep logged what their tag should say, by id."""
    found = ask(store).logged([run.key for run in runs])
    sweep = own_sweep()
    foreign = {
        logged.run: f"{logged.sweeps} {sweep}".strip()
        for logged in found.values()
        if sweep and sweep not in logged.sweeps.split()
    }
    return [run for run in runs if run.key not in found], foreign


def log(store: Store, root: Path, waiting: list[Run]) -> None:
    """Log the runs that are `waiting`, each leaving the list when it is complete."""
    from embedsmith.tracking.client import Client
    from embedsmith.tracking.corpus import read_corpus

    corpus = read_corpus(root)
    client = Client(store)
    while waiting:
        client.log(waiting[0], corpus)
        waiting.pop(0)
