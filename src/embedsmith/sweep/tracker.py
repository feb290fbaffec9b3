"""MLflow, brought up to date with a sweep's jobs as they end: one process, which imports MLflow once for all of them.

`python -m embedsmith.sweep.tracker ROOT HOME` follows the sweep in HOME until its standard input ends, and then looks
once more, writes the overview, logs it as a run of its own, and prints what there is to say of that. A job that runs
elsewhere, or by itself, tracks itself. What this process needs, the sweep's own does not import.
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

CONFIG = Path("build/config/track.yaml")
POLL = 0.5
NICE = 5
"""The jobs go first."""


@contextmanager
def tracking(root: Path, home: Path, environment: Mapping[str, str]) -> Iterator[list[str]]:
    """Track the jobs of the sweep in `home` while the body runs; wait at its end until all of them are.

    Yields
    ------
    Lines to print at the end; empty until then.
    """
    command = [sys.executable, "-m", "embedsmith.sweep.tracker", str(root), str(home)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    said: list[str] = []
    try:
        yield said
        said += process.communicate()[0].splitlines()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def follow(home: Path, over: threading.Event) -> None:
    """Track each job of the sweep in `home` that has ended well, once, until it is `over` and all are tracked."""
    import embedsmith.tracking.client  # noqa: F401  (while no job has ended yet, and one processor is free)

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
    from embedsmith.tracking.track import track

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
    root, home = map(Path, sys.argv[1:])
    follow(home, over)
    if any(job and job.status == DONE for job in map(read, jobs_of(home))):
        from embedsmith.report import overview
        from embedsmith.tracking.sweep import log_sweep

        overview.write(home)
        print(f"{home.relative_to(root) / 'overview.html'}: its jobs side by side")  # noqa: T201
        print(log_sweep(root, home))  # noqa: T201
    note("track", RAN, folder=home, processor=round(time.process_time(), 3))


if __name__ == "__main__":
    main()
