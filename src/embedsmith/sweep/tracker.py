"""MLflow, brought up to date with a sweep's jobs as they end: one process, which imports MLflow once for all of them.

`python -m embedsmith.sweep.tracker HOME` follows the sweep in HOME until its standard input ends, and then looks once
more. A job that runs elsewhere, or by itself, tracks itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from embedsmith.config.choices import read_yaml
from embedsmith.errors import InputError
from embedsmith.lifetime import end_with_parent
from embedsmith.runs.folders import jobs_of
from embedsmith.runs.job import DONE, LOG, read
from embedsmith.sweep.stages import RAN, note
from embedsmith.tracking.track import track

CONFIG = Path("build/config/track.yaml")
POLL = 0.5
NICE = 5
"""The jobs go first."""


@contextmanager
def tracking(home: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Track the jobs of the sweep in `home` while the body runs; wait at its end until all of them are."""
    command = [sys.executable, "-m", "embedsmith.sweep.tracker", str(home)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **environment})
    try:
        yield
        process.communicate()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def follow(home: Path, over: threading.Event) -> None:
    """Track each job of the sweep in `home` that has ended well, once, until it is `over` and all are tracked."""
    tracked: set[Path] = set()
    while True:
        last = over.is_set()
        for folder in jobs_of(home):
            job = read(folder)
            if folder not in tracked and job and job.status == DONE:
                _track(folder)
                tracked.add(folder)
        if last:
            return
        over.wait(POLL)


def _track(folder: Path) -> None:
    """Track one job; what there is to say of it goes to its log."""
    try:
        said = track(folder, read_yaml(folder / CONFIG))
    except (InputError, OSError) as error:
        said = f"track: {error}"
    with (folder / LOG).open("a", encoding="utf-8") as log:
        log.write(f"{said}\n")


def main() -> None:
    """Follow the sweep that the command line names."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the sweep's own ends this one
    os.nice(NICE)
    over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    home = Path(sys.argv[1])
    follow(home, over)
    note("track", RAN, folder=home, processor=round(time.process_time(), 3))


if __name__ == "__main__":
    main()
