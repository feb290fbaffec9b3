"""Settings of tracking."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

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
    """

    uri: str | None
    experiment: str

    def __post_init__(self) -> None:
        if not self.experiment.strip():
            raise ValueError("experiment: empty; give it a name")
        if self.uri is not None:
            require_known(self.uri, "uri")


def scheme(uri: str) -> str:
    """Return what kind of store `uri` names: sqlite, postgresql, http, ..."""
    return urlsplit(uri).scheme.partition("+")[0] or uri


def require_known(uri: str, where: str) -> None:
    """Raise ValueError if MLflow has no store of this kind; `where` is the key or variable that says so."""
    if scheme(uri) not in (*DATABASES, *SERVERS):
        known = ", ".join((*DATABASES, *SERVERS))
        raise ValueError(f"{where}: {uri!r} is not a tracking URI; use one of {known}, as in sqlite:///mlflow.db")
