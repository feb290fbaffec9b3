"""Show trainings in MLflow while they run, from the files that they write.

`embedsmith follow` shows all of a project. A training that lasts starts a process of this module for itself.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from embedsmith.config.choices import read_yaml
from embedsmith.config.instances import KINDS, Inputs
from embedsmith.errors import InputError
from embedsmith.tracking.course import Course, courses, read
from embedsmith.tracking.curve import SPEED
from embedsmith.tracking.logged import ask
from embedsmith.tracking.origin import origin
from embedsmith.tracking.run import Contents, Run
from embedsmith.tracking.settings import settings_of
from embedsmith.tracking.store import RESOLVED, Store, UnreachableError, store_of
from embedsmith.tracking.turn import turn
from embedsmith.tracking.variant import UNTOUCHED, Variant

INTERVAL = 2.0
"""Seconds between two looks at a training's file."""
RETREAT = 15.0
"""Seconds to leave a store alone that could not be reached."""
POLITE = 1.0
"""Seconds to wait for another process that logs; what is not shown now is shown later."""
LAST = 30.0
"""The same for what a training leaves when it is over."""


class Follower:
    """Shows one training in the run of its untouched variant, which `track` completes.

    Attributes
    ----------
    over
        Whether there is nothing more to show.
    """

    def __init__(self, root: Path, path: Path, store: Store) -> None:
        self.over = False
        self._root, self._path, self._store = root, path, store
        self._began: float | None = None
        self._shown: tuple[int, str] | None = None
        self._variant: tuple[str, Variant] | None = None
        self._client: Any = None

    def step(self) -> str | None:
        """Show what is new, and return it as a line.

        Raises
        ------
        UnreachableError
            If the store cannot be reached now.
        """
        course = read(self._path)
        status = course.status if course else ""
        course = read(self._path)  # again: what was written before it ended is there now
        if course is None or self._began not in (None, course.began):  # another has begun in its place
            self.over = True
            return None
        self._began = course.began
        self.over = status != "RUNNING" or course.end is not None
        state = (len(course.rows), status)
        if not course.rows or state == self._shown:
            return None
        if not self._is_current(course) or not self._show(course, status):
            self.over = True
            return None
        self._shown = state
        return _line(course, status)

    def _is_current(self, course: Course) -> bool:
        """Find its variant, once; False where code or settings are no longer those that are being trained with."""
        if self._variant is None:
            inputs, item = Inputs(self._root), f"{course.model}-{course.seed}"
            if f"train@{item}" not in inputs.instances or inputs.hash(f"train@{item}") != course.inputs:
                return False
            hashes = {name: inputs.hash(name) for name in (f"{kind}@{item}" for kind in KINDS)}
            variant = Variant(root=self._root, model=course.model, seed=course.seed, variant=UNTOUCHED, hashes=hashes)
            self._variant = inputs.run_key(course.model, course.seed, UNTOUCHED), variant
        return True

    def _show(self, course: Course, status: str) -> bool:
        """Show it; False if its run is complete. What needs no MLflow is asked before MLflow is imported."""
        assert self._variant
        key, variant = self._variant
        if ask(self._store).logged([key]):
            return False
        from embedsmith.tracking.client import Client

        run = Run(
            key=key,
            name=variant.name,
            tags=variant.tags | origin(self._root),
            contents=lambda: Contents(
                params=variant.params(),
                points=course.points,
                seconds=time.time() - course.began,
                artifacts=[],
                texts={},
            ),
        )
        with turn(self._store, LAST if self.over else POLITE):
            self._client = self._client or Client(self._store)
            shown: bool = self._client.show(run, status)
        return shown


def follow_one(root: Path, path: Path) -> None:
    """Follow the training that writes `path` until it ends, if it lasts long enough for the project's settings."""
    config = read_yaml(root / RESOLVED)
    least = settings_of(config).live_after_seconds
    while (course := read(path)) and course.runs() and least is not None:
        if time.time() - course.began >= least:
            return _follow(Follower(root, path, store_of(root, config)))
        time.sleep(INTERVAL)
    return None


def _follow(follower: Follower) -> None:
    while not follower.over:
        pause = INTERVAL
        try:
            follower.step()
        except UnreachableError:
            pause = RETREAT
        time.sleep(0 if follower.over else pause)


def follow_all(root: Path, say: Callable[[str], object]) -> None:
    """Follow every training of the project in `root` that runs or begins, until interrupted; `say` gets each line.

    Raises
    ------
    InputError
        If the project has not been configured, or no store has the URI that is set.
    """
    if not (root / RESOLVED).is_file():
        raise InputError(f"{RESOLVED}: no such file; run where `dvc repro` runs, when it has begun")
    store = store_of(root, read_yaml(root / RESOLVED))
    say(f"showing trainings in {store}; Ctrl-C ends it")
    followers: dict[tuple[Path, float], Follower] = {}
    said = ""
    while True:
        for path in courses(root):
            if (course := read(path)) and course.runs():
                followers.setdefault((path, course.began), Follower(root, path, store))
        for follower in [each for each in followers.values() if not each.over]:
            try:
                line = follower.step()
            except UnreachableError as error:
                line = f"{store}: {error}; trying again"
            if line and line != said:
                say(line)
                said = line
        time.sleep(INTERVAL)


def _line(course: Course, status: str) -> str:
    last = course.rows[-1]
    speed = [point.value for point in course.points if point.name == SPEED][-1:]
    pace = f", {speed[0]:,.0f} words/s" if speed else ""
    ended = {"RUNNING": course.end}.get(status, status.lower())
    return f"{course.model}/s{course.seed}: {last['words']:,} words, loss {last['loss']:g}{pace}" + (
        f"; {ended}" if ended else ""
    )


if __name__ == "__main__":
    os.nice(19)  # the training goes first
    follow_one(Path(), Path(sys.argv[1]))
