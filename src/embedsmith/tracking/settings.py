"""Settings of tracking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from embedsmith.config.check import build

DATABASES = {"sqlite": None, "postgresql": 5432, "mysql": 3306, "mssql": 1433}
"""Databases that MLflow keeps runs in, with their usual ports."""
SERVERS = ("http", "https", "databricks")


@dataclass(frozen=True, kw_only=True)
class TrackingSettings:
    """Where runs are logged.

    Attributes
    ----------
    uri
        MLflow's tracking URI; null for what MLFLOW_TRACKING_URI says, else a database in the project's folder.
    experiment
        Name of the MLflow experiment.
    live_after_seconds
        A training that has lasted longer appears there while it runs; null: none does.
    """

    uri: str | None
    experiment: str
    live_after_seconds: float | None

    def __post_init__(self) -> None:
        if not self.experiment.strip():
            raise ValueError("experiment: empty; give it a name")
        if self.uri is not None:
            require_known(self.uri, "uri")
        if self.live_after_seconds is not None and self.live_after_seconds < 0:
            raise ValueError(f"live_after_seconds: must be at least 0, or null, not {self.live_after_seconds:g}")


def settings_of(config: Mapping[str, Any]) -> TrackingSettings:
    """Return the settings in the resolved configuration of `track`, which holds what is listed beside them.

    Raises
    ------
    InputError
        If one is missing or wrong.
    """
    names = {field.name for field in fields(TrackingSettings)}
    return build(TrackingSettings, {name: value for name, value in config.items() if name in names}, "tracking")


def scheme(uri: str) -> str:
    """Return what kind of store `uri` names: sqlite, postgresql, http, ..."""
    return urlsplit(uri).scheme.partition("+")[0] or uri


def require_known(uri: str, where: str) -> None:
    """Raise ValueError if MLflow has no store of this kind; `where` is the key or variable that says so."""
    if scheme(uri) not in (*DATABASES, *SERVERS):
        known = ", ".join((*DATABASES, *SERVERS))
        raise ValueError(f"{where}: {uri!r} is not a tracking URI; use one of {known}, as in sqlite:///mlflow.db")
