"""Which store runs are logged to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from embedsmith.errors import InputError
from embedsmith.tracking.settings import TrackingSettings, require_known, scheme

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
        return Store(uri, settings.experiment, None, folder / "build/tracking" / f"{name}.lock")
    path = folder / uri.removeprefix(SQLITE)
    lock = path.with_name(f"{path.name}.lock")
    return Store(f"{SQLITE}{path}", settings.experiment, str(path.with_name(ARTIFACTS)), lock)
