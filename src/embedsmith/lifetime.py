"""A process that ends with the program that started it."""

from __future__ import annotations

import os
import signal
import threading
import time

import psutil

SHELLS = {"sh", "bash", "dash", "zsh", "fish", "ksh", "env"}
GRACE = 5.0
"""Seconds between asking this process to end and ending it."""


def end_with_parent() -> None:
    """End this process when the program that started it is gone.

    A `kill -9` of DVC leaves the stage running: it would go on writing beside the next run's. The parent may be a
    shell that waits for us and outlives DVC, so the first ancestor that is no shell is watched.
    """
    for ancestor in psutil.Process().parents():
        if ancestor.name() not in SHELLS:
            threading.Thread(target=_watch, args=(ancestor,), daemon=True).start()
            return


def _watch(ancestor: psutil.Process) -> None:
    while ancestor.is_running() and ancestor.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)  # compiled code may hold the handler off
    os._exit(128 + signal.SIGTERM)
