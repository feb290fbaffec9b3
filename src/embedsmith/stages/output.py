"""Outputs that appear whole or not at all, each with one writer at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from embedsmith.errors import InputError

LOCKS = Path("build/locks")
PATIENCE = 10.0
"""Seconds to wait for another writer: one whose parent was killed ends within these."""

_drafts: set[Path] = set()


@contextmanager
def folder(path: str | Path) -> Iterator[Path]:
    """Yield an empty folder beside `path` that takes its place on success, and is removed on failure.

    Raises
    ------
    InputError
        If another process is writing the same output.
    """
    path = Path(path)
    LOCKS.mkdir(parents=True, exist_ok=True)
    lock = FileLock(LOCKS / f"{str(path).replace('/', '-')}.lock")
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise InputError(f"{path}: another process is writing it; wait for that one, or end it") from None
    # One name for each output: what a killed run left behind is removed by the next.
    draft = path.with_name(f".{path.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _drafts.add(draft)
    try:
        yield draft
        shutil.rmtree(path, ignore_errors=True)
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        _drafts.discard(draft)
        lock.release()


def remove_drafts() -> None:
    """Remove what this process was writing, when it ends without unwinding."""
    for draft in list(_drafts):
        shutil.rmtree(draft, ignore_errors=True)
