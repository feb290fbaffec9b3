"""The processors of this machine, divided among jobs that run at the same time.

Two trainings of two threads each on two processors wait for each other most of the time. A stage gets its share of the
processors instead: all of them while other jobs only wait, and never one that another stage is using. What it computes
does not depend on how many they are.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

POLL = 0.05


class Cores:
    """One job's view of them; `folder` is the same for all jobs of a user on this machine."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir()) / f"embedsmith-{os.getuid()}"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._all = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        self._mine = FileLock(self._folder / f"job-{os.getpid()}.lock")
        self._mine.acquire()

    def close(self) -> None:
        """Leave: the processors are the others'."""
        self._mine.release()
        Path(self._mine.lock_file).unlink(missing_ok=True)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Need no processor meanwhile: another job computes what this one waits for."""
        self._mine.release()
        try:
            yield
        finally:
            self._mine.acquire()

    @contextmanager
    def share(self) -> Iterator[int]:
        """Wait for a share of the processors, and use only them and what is started meanwhile too; yield how many."""
        with ExitStack() as held:
            while self._all and not (own := self._take(held)):
                time.sleep(POLL)
            if not self._all:  # an operating system that pins no process
                yield os.cpu_count() or 1
                return
            os.sched_setaffinity(0, own)
            try:
                yield len(own)
            finally:
                os.sched_setaffinity(0, self._all)

    def _take(self, held: ExitStack) -> list[int]:
        """Take the free ones among the processors, as many as are this job's due."""
        own: list[int] = []
        for core in self._all:
            lock = FileLock(self._folder / f"core-{core}.lock")
            if len(own) < max(1, len(self._all) // self._active()) and _free(lock):
                held.callback(lock.release)
                own.append(core)
        return own

    def _active(self) -> int:
        """Return how many jobs compute or are about to, this one among them."""
        others = [path for path in self._folder.glob("job-*.lock") if path != Path(self._mine.lock_file)]
        return 1 + sum(not _gone(path) for path in others)


def _free(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    return True


def _gone(path: Path) -> bool:
    """Whether nobody holds the lock at `path`; the file is removed then, as one that was killed leaves it."""
    lock = FileLock(path)
    if not _free(lock):
        return False
    path.unlink(missing_ok=True)
    lock.release()
    return True
