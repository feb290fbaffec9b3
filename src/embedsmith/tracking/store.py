"""Which store runs are logged to."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs

from embedsmith.errors import InputError
from embedsmith.tracking.settings import TrackingSettings, require_known, scheme, settings_of

RESOLVED = Path("build/config/track.yaml")
"""The resolved configuration of `track`, which names the store."""
DATABASE = "mlflow.db"
ARTIFACTS = "mlartifacts"
VARIABLE = "MLFLOW_TRACKING_URI"
SQLITE = "sqlite:///"
KEY = "key"
"""The tag by which a run is known."""
COMPLETE = "complete"
"""A run has this tag last, when all else of it is logged."""
PATIENCE = 3.0
"""Seconds to wait for a store before the pipeline goes on without it."""


class UnreachableError(Exception):
    """The store cannot be asked now; says why."""


@dataclass(frozen=True)
class Logged:
    """A complete run of the store, and the sweeps that it says it belongs to."""

    run: str
    sweeps: str


@dataclass(frozen=True)
class Store:
    """A tracking URI, the experiment in it, and the lock that one process holds while it logs.

    Attributes
    ----------
    artifacts
        Where a new experiment keeps its artifacts; None leaves it to the server.
    """

    uri: str
    experiment: str
    artifacts: str | None
    lock: Path

    @property
    def database(self) -> Path | None:
        """The file of a sqlite store."""
        return Path(self.uri.removeprefix(SQLITE)) if scheme(self.uri) == "sqlite" else None

    def __str__(self) -> str:
        """Return the URI without a password."""
        parts = urlsplit(self.uri)
        return self.uri.replace(parts.netloc, parts.netloc.rpartition("@")[2], 1) if parts.netloc else self.uri


def store_of(root: Path, config: Mapping[str, Any]) -> Store:
    """Return the store of the project in `root`, whose resolved configuration of `track` is `config`.

    Raises
    ------
    InputError
        If no store has the URI that is set.
    """
    return choose(settings_of(config), os.environ, Path(os.environ.get("DVC_ROOT") or root))


def choose(settings: TrackingSettings, environment: Mapping[str, str], folder: Path) -> Store:
    """Return the store that the settings name, else the environment, else `folder`'s own database.

    Parameters
    ----------
    folder
        The project's folder; in `dvc exp run --temp` that is DVC_ROOT, as the working directory is thrown away.

    Raises
    ------
    InputError
        If the environment names no kind of store that MLflow has.
    """
    uri = settings.uri or environment.get(VARIABLE) or SQLITE + DATABASE
    try:
        require_known(uri, VARIABLE)
    except ValueError as error:
        raise InputError(str(error)) from None
    folder = folder.resolve()
    if scheme(uri) != "sqlite":
        name = hashlib.sha256(uri.encode()).hexdigest()[:16]
        # One for all projects of this user: the jobs of a sweep have folders of their own.
        lock = platformdirs.user_cache_path("embedsmith") / "locks" / f"{name}.lock"
        return Store(uri, settings.experiment, None, lock)
    path = folder / uri.removeprefix(SQLITE)
    lock = path.with_name(f"{path.name}.lock")
    return Store(f"{SQLITE}{path}", settings.experiment, str(path.with_name(ARTIFACTS)), lock)
