"""The processors of this machine, divided among jobs that run at the same time.

Two trainings of two threads each on two processors wait for each other most of the time. A stage gets its share of the
processors instead: all of them while other jobs only wait, until one of these has something to compute, and never one
that another stage is using. What it computes does not depend on how many they are.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from filelock import FileLock

from embedsmith.sweep.places import Places, free, gone

POLL = 0.05
TURN = 0.1
"""Seconds in which a job that waits for a place takes one that was left."""
REVIEW = 0.2
"""Seconds after which a stage that has more than its share looks whether it still may."""


class Cores:
    """One job's view of them; `folder` is the same for all jobs of a user on this machine.

    Of a sweep whose jobs have `places`, only those that have one get processors.
    """

    def __init__(self, folder: Path | None = None, places: Places | None = None) -> None:
        self._places = places
        self._folder = folder or Path(tempfile.gettempdir()) / f"embedsmith-{os.getuid()}"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._all = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        self._mine = FileLock(self._folder / f"job-{os.getpid()}.lock")

    def begin(self) -> None:
        """Be counted among those that divide the processors, once there is a place."""
        if self._places:
            self._places.take()
        if not self._mine.is_locked:
            self._mine.acquire()

    def leave(self) -> None:
        """Need no processor until the next `share`: it is for the others."""
        self._mine.release()
        Path(self._mine.lock_file).unlink(missing_ok=True)
        if self._places:
            self._places.leave()

    @contextmanager
    def share(self) -> Iterator[int]:
        """Wait for a share of the processors, and use only them and what is started meanwhile too; yield how many.

        Between two shares this job stays one of those that divide them, until it leaves or another waits for a place.
        """
        self.begin()
        if not self._all:  # an operating system that pins no process
            yield os.cpu_count() or 1
            return
        while not (own := self._take()):
            time.sleep(POLL)
        _pin(own)
        over = threading.Event()
        review = threading.Thread(target=self._review, args=(own, over), daemon=True)
        review.start()
        try:
            yield len(own)
        finally:
            over.set()
            review.join()
            _pin(self._all)
            for lock in own.values():
                lock.release()
            if self._places and self._places.wanted():
                self.leave()
                time.sleep(TURN)

    def _take(self) -> dict[int, FileLock]:
        """Take the free ones among the processors, as many as are this job's due."""
        own: dict[int, FileLock] = {}
        for core in self._all:
            lock = FileLock(self._folder / f"core-{core}.lock", thread_local=False)
            if len(own) < self._due() and free(lock):
                own[core] = lock
        return own

    def _review(self, own: dict[int, FileLock], over: threading.Event) -> None:
        """Give back what is more than this job's due, once there are others, until it is `over`."""
        while not over.wait(REVIEW):
            surplus = list(own)[self._due() :]
            if surplus:
                _pin([core for core in own if core not in surplus])
            for core in surplus:
                own.pop(core).release()

    def _due(self) -> int:
        """Return how many processors this job may have."""
        return max(1, len(self._all) // self._active())

    def _active(self) -> int:
        """Return how many jobs compute or are about to, this one among them."""
        others = [path for path in self._folder.glob("job-*.lock") if path != Path(self._mine.lock_file)]
        return 1 + sum(not gone(path) for path in others)


def _pin(cores: Collection[int]) -> None:
    """Let this process and all that it has started use only these processors."""
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        with suppress(psutil.Error, OSError):  # it has ended
            for thread in process.threads():
                os.sched_setaffinity(thread.id, cores)
