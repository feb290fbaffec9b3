"""The places of a sweep: as many jobs compute at a time as it was told, and more of them are started.

A job that waits for what another computes leaves its place to one that has something to do. Without the others in
reserve, a processor would idle for as long as the jobs that are at work need the same instance. Between two instances a
place goes to a job that waits for one, so that the last jobs of a sweep end together and not one after the other.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from filelock import FileLock, Timeout

PLACES = "EMBEDSMITH_PLACES"
"""The variable that says how many places the jobs of a sweep have."""
RESERVE = 2
"""Jobs that are started for each place."""
FOLDER = "places"
WAITS = "waits-"
POLL = 0.05


class Places:
    """One job's view of the `count` places in `folder`, the same for all jobs of the sweep.

    The locks are the kernel's: a process that is killed leaves its place.
    """

    def __init__(self, folder: Path, count: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._all = [FileLock(folder / f"{number}.lock") for number in range(count)]

    def take(self) -> None:
        """Wait for a place, unless this job has one."""
        if any(place.is_locked for place in self._all) or any(free(place) for place in self._all):
            return
        waits = FileLock(self._folder / f"{WAITS}{os.getpid()}.lock")
        with waits:
            while not any(free(place) for place in self._all):
                time.sleep(POLL)
        Path(waits.lock_file).unlink(missing_ok=True)

    def wanted(self) -> bool:
        """Whether another job waits for a place."""
        return any(not gone(path) for path in self._folder.glob(f"{WAITS}*"))

    def leave(self) -> None:
        """Leave the place to another job."""
        for place in self._all:
            place.release()


def free(lock: FileLock) -> bool:
    """Take `lock` if nobody has it; say whether that was so."""
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    return True


def gone(path: Path) -> bool:
    """Whether nobody holds the lock at `path`; the file is removed then, as one that was killed leaves it."""
    lock = FileLock(path)
    if not free(lock):
        return False
    path.unlink(missing_ok=True)
    lock.release()
    return True
