"""The places of a sweep: as many jobs compute at a time as it was told, and more of them are started.

A job that waits for what another computes leaves its place to one that has something to do. Without the others in
reserve, a processor would idle for as long as the jobs that are at work need the same instance.
"""

from __future__ import annotations

import time
from pathlib import Path

from filelock import FileLock, Timeout

PLACES = "EMBEDSMITH_PLACES"
"""The variable that says how many places the jobs of a sweep have."""
RESERVE = 2
"""Jobs that are started for each place."""
FOLDER = "places"
POLL = 0.05


class Places:
    """One job's view of the `count` places in `folder`, the same for all jobs of the sweep.

    The locks are the kernel's: a process that is killed leaves its place.
    """

    def __init__(self, folder: Path, count: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._all = [FileLock(folder / f"{number}.lock") for number in range(count)]

    def take(self) -> None:
        """Wait for a place, unless this job has one."""
        while not any(place.is_locked for place in self._all):
            if not any(free(place) for place in self._all):
                time.sleep(POLL)

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
