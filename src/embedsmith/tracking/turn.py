"""One process at a time logs to a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from embedsmith.tracking.store import Store, UnreachableError

TURN = 600.0
"""Seconds to wait for another process that logs to the same store."""


@contextmanager
def turn(store: Store, patience: float = TURN) -> Iterator[None]:
    """Log one process at a time: two that make a new database break each other's, and both would log the same.

    Raises
    ------
    UnreachableError
        If another's turn has not ended after `patience` seconds, or there can be no lock.
    """
    from filelock import FileLock, Timeout

    try:
        store.lock.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store.lock, timeout=patience)
        lock.acquire()
    except Timeout:
        raise UnreachableError("another process is logging to it") from None
    except OSError as error:
        raise UnreachableError(f"{error.strerror}: {store.lock}") from None
    try:
        yield
    finally:
        lock.release()
