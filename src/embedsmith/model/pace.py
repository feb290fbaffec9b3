"""How many threads are of use: none of the results depends on it.

Threads that train together wait for each other by looking. Where other programs keep them from the processors, each
waits for one that does not run, and one thread alone can be many times as fast.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

ROUND = 32
"""Of so many blocks, two are trained by all threads and then one by one thread, and the others as these suggest."""
CLEARLY = 1.3
"""So many times as long must all threads take as one, for one to train alone: a single block can meet a hiccup."""


class Pace:
    """Chooses between all of `threads` and one, by the time that blocks took."""

    def __init__(self, threads: int) -> None:
        self._most = threads
        self._number = 0
        self._together = self._alone = inf

    def threads(self) -> int:
        """Return how many threads are to train the next block."""
        place = self._number % ROUND
        if place == 1:  # not the first of all, which may have to compile
            self._together = self._alone = inf
        alone = place == 3 or self._together > CLEARLY * self._alone
        return 1 if alone and self._number > 2 else self._most

    @contextmanager
    def measured(self, threads: int, words: int) -> Iterator[None]:
        """Take the time of training a block of `words` words."""
        began = time.perf_counter()
        yield
        seconds = (time.perf_counter() - began) / max(words, 1)
        if threads == 1:
            self._alone = min(self._alone, seconds)
        else:
            self._together = min(self._together, seconds)
        self._number += 1
