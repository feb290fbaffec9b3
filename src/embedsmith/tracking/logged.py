"""What is logged already, asked of the store itself, without importing MLflow (seconds) where that can be.

A note of our own would be wrong as soon as the store is another one, or emptied.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Collection
from urllib.parse import quote, urlsplit

from embedsmith.tracking.settings import DATABASES, scheme
from embedsmith.tracking.store import COMPLETE, KEY, PATIENCE, Store, UnreachableError

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
SELECT key.value FROM tags AS key
JOIN tags AS complete ON complete.run_uuid = key.run_uuid AND complete.key = ?
JOIN runs ON runs.run_uuid = key.run_uuid AND runs.lifecycle_stage = 'active'
JOIN experiments ON experiments.experiment_id = runs.experiment_id
WHERE key.key = ? AND experiments.name = ? AND experiments.lifecycle_stage = 'active'
"""


def logged(store: Store, keys: Collection[str]) -> set[str]:
    """Return which of `keys` have a complete run in the store.

    Raises
    ------
    UnreachableError
        If the store does not answer, or not as a store does.
    """
    if store.database:
        return _in_sqlite(store) & set(keys)
    parts = urlsplit(store.uri)
    if parts.scheme in ("http", "https") and not parts.username and not any(map(os.environ.get, CREDENTIALS)):
        from embedsmith.tracking import server

        return server.logged(store, keys)
    _knock(store)
    from embedsmith.tracking.client import Client

    return Client(store).logged(keys)


def _in_sqlite(store: Store) -> set[str]:
    assert store.database
    if not store.database.is_file():
        return set()
    try:
        connection = sqlite3.connect(f"file:{quote(str(store.database))}?mode=ro", uri=True, timeout=PATIENCE)
        try:
            return {key for (key,) in connection.execute(LOGGED, (COMPLETE, KEY, store.experiment))}
        finally:
            connection.close()
    except sqlite3.Error as error:
        if "no such table" in str(error):  # just made, and still empty
            return set()
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
