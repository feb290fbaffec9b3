"""What is logged already and in which sweeps, without importing MLflow (seconds) where that can be.

The store itself is asked: a note of our own would be wrong as soon as the store is another one, or emptied.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Protocol
from urllib.parse import quote, urlsplit

from embedsmith.tracking.origin import SWEEP
from embedsmith.tracking.settings import DATABASES, scheme
from embedsmith.tracking.store import COMPLETE, KEY, PATIENCE, Logged, Store, UnreachableError

CREDENTIALS = (
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_AUTH",
    "MLFLOW_TRACKING_AWS_SIGV4",
    "MLFLOW_TRACKING_INSECURE_TLS",
    "MLFLOW_TRACKING_SERVER_CERT_PATH",
    "MLFLOW_TRACKING_CLIENT_CERT_PATH",
)
"""With one of these set, MLflow's own client has to ask."""
LOGGED = """
SELECT key.value, key.run_uuid, sweep.value FROM tags AS key
JOIN tags AS complete ON complete.run_uuid = key.run_uuid AND complete.key = ?
LEFT JOIN tags AS sweep ON sweep.run_uuid = key.run_uuid AND sweep.key = ?
JOIN runs ON runs.run_uuid = key.run_uuid AND runs.lifecycle_stage = 'active'
JOIN experiments ON experiments.experiment_id = runs.experiment_id
WHERE key.key = ? AND experiments.name = ? AND experiments.lifecycle_stage = 'active'
"""
TAG = """
INSERT INTO tags (run_uuid, key, value) VALUES (?, ?, ?)
ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value
"""


class Asked(Protocol):
    """A store that answers two questions; whatever fails in it is an UnreachableError."""

    def logged(self, keys: Collection[str]) -> dict[str, Logged]:
        """Return those of `keys` that have a complete run."""

    def set_sweeps(self, sweeps: Mapping[str, str]) -> None:
        """Set the tag that names the sweeps, by run id."""


def ask(store: Store) -> Asked:
    """Return what can be asked soonest.

    Raises
    ------
    UnreachableError
        If the store does not answer, or not as a store does.
    """
    if store.database:
        return _Sqlite(store)
    parts = urlsplit(store.uri)
    if parts.scheme in ("http", "https") and not parts.username and not any(map(os.environ.get, CREDENTIALS)):
        from embedsmith.tracking.server import Server

        return Server(store)
    _knock(store)
    from embedsmith.tracking.client import Client

    return Client(store)


class _Sqlite:
    def __init__(self, store: Store) -> None:
        assert store.database
        self._database = store.database
        self._experiment = store.experiment

    def logged(self, keys: Collection[str]) -> dict[str, Logged]:
        if not self._database.is_file():
            return {}
        try:
            with self._open("ro") as connection:
                rows = list(connection.execute(LOGGED, (COMPLETE, SWEEP, KEY, self._experiment)))
        except UnreachableError as error:
            if "no such table" in str(error):  # just made, and still empty
                return {}
            raise
        wanted = set(keys)
        return {key: Logged(run, sweeps or "") for key, run, sweeps in rows if key in wanted}

    def set_sweeps(self, sweeps: Mapping[str, str]) -> None:
        with self._open("rw") as connection, connection:
            connection.executemany(TAG, [(run, SWEEP, names) for run, names in sweeps.items()])

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        address = f"file:{quote(str(self._database))}?mode={mode}"
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise UnreachableError(str(error)) from None


def _knock(store: Store) -> None:
    """Find out soon that a host is not there; MLflow's client would try for minutes."""
    parts = urlsplit(store.uri)
    port = parts.port or DATABASES.get(scheme(store.uri)) or {"http": 80, "https": 443}.get(parts.scheme)
    if parts.hostname and port:
        try:
            socket.create_connection((parts.hostname, port), PATIENCE).close()
        except OSError as error:
            raise UnreachableError(str(error)) from None
