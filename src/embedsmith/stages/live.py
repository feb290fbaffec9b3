"""The course of a training while it goes on: a file that grows by a line a point, and a process that ships it.

The file is no output. What is in it goes to MLflow by way of `embedsmith.tracking.follow`, in a process of its own:
a training must neither wait for a server nor import what talks to one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from embedsmith.model.history import COLUMNS, Listener

FOLLOWER = "embedsmith.tracking.follow"
LEAST = 5.0
"""Seconds after which a follower is started; whether it then has anything to do is for its own settings to say."""


@contextmanager
def live(path: Path, inputs: str) -> Iterator[Listener]:
    """Yield what takes the points of a training, and write them to `path` at once; say at the end how it ended.

    Parameters
    ----------
    inputs
        Hash of the stage instance's inputs.
    """
    course = _Course(path, inputs)
    try:
        yield course.add
    except BaseException:
        course.write({"end": "failed"})
        raise
    course.write({"end": "finished"})


class _Course:
    def __init__(self, path: Path, inputs: str) -> None:
        self._path = path
        self._began = time.monotonic()
        self._followed = False
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)  # whoever reads that of an earlier run keeps it
        self.write({"inputs": inputs, "pid": os.getpid(), "began": time.time()})

    def add(self, words: int, learning_rate: float, loss: float, seconds: float) -> None:
        values = (words, *(float(f"{value:.6g}") for value in (learning_rate, loss)))  # as in the history's file
        point = dict(zip(COLUMNS, values, strict=True))
        self.write(point | {"seconds": float(f"{seconds:.6g}")})
        if not self._followed and time.monotonic() - self._began >= LEAST:
            self._followed = True
            self._start_follower()

    def write(self, line: dict[str, Any]) -> None:
        """Append a line in one write. Where that fails, the training goes on unseen."""
        with suppress(OSError), self._path.open("ab", buffering=0) as file:
            file.write(json.dumps(line).encode() + b"\n")

    def _start_follower(self) -> None:
        """Start it detached, for its end is not the training's matter; it ends by itself when the training does."""
        with suppress(OSError):
            subprocess.Popen(
                [sys.executable, "-m", FOLLOWER, str(self._path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
