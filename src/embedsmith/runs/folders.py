"""Where runs and sweeps lie, and their names."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError
from embedsmith.files import write_text
from embedsmith.runs.job import JOB

RUNS = Path("build/runs")
SWEEPS = Path("build/sweeps")
SWEEP = "sweep.json"
SNAPSHOT = "snapshot"
WORKSPACE = "workspace"
"""The label of the project that a command is given in."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What sweep.json says of a sweep.

    Attributes
    ----------
    overrides
        The words of its command line.
    jobs
        How many jobs it has, where that is known beforehand.
    """

    name: str
    overrides: Sequence[str]
    jobs: int | None

    def write(self, folder: Path) -> None:
        """Write it into the sweep's folder."""
        write_text(folder / SWEEP, json.dumps(asdict(self), indent=1) + "\n")


def read_sweep(folder: Path) -> Sweep:
    """Return what the sweep in `folder` says of itself.

    Raises
    ------
    InputError
        If there is no sweep.
    """
    try:
        return Sweep(**json.loads((folder / SWEEP).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        known = [path.parent.name for path in folder.parent.glob(f"*/{SWEEP}")]
        raise InputError(f"{folder.name}: no such sweep{nearest(folder.name, known)}") from None


def new(parent: Path) -> Path:
    """Return a folder below `parent` that is not there yet, named after the time."""
    stamp = time.strftime("%Y-%m-%d_%H-%M-%S")
    names = (stamp if number == 1 else f"{stamp}_{number}" for number in range(1, 1000))
    for name in names:
        try:
            (parent / name).mkdir(parents=True)
        except FileExistsError:
            continue
        return parent / name
    raise InputError(f"{parent}: too many runs of one second")


def jobs(root: Path) -> Iterator[Path]:
    """Yield the folder of every run and of every sweep's job, the oldest first."""
    yield from sorted(path.parent for path in (root / RUNS).glob(f"*/{JOB}"))
    for sweep in sorted((root / SWEEPS).glob(f"*/{SWEEP}")):
        yield from jobs_of(sweep.parent)


def jobs_of(sweep: Path) -> list[Path]:
    """Return the folders of the jobs in a sweep's folder, in their order."""
    return sorted((path.parent for path in sweep.glob(f"*/{JOB}")), key=_in_order)


def name_of(root: Path, folder: Path) -> str:
    """Return the name of the run in `folder`, as `find` takes it."""
    for parent in (root / RUNS, root / SWEEPS):
        if folder.resolve().is_relative_to(parent.resolve()):
            return str(folder.resolve().relative_to(parent.resolve()))
    return str(folder)


def find(root: Path, run: str) -> Path:
    """Return the folder of `run`: a path, `SWEEP/NUMBER`, the name of a single run, or `.`, the workspace.

    Raises
    ------
    InputError
        If there is none.
    """
    for folder in (root / RUNS / run, root / SWEEPS / run, root / run):
        if (folder / "params.yaml").is_file():
            return folder
    if (root / SWEEPS / run / SWEEP).is_file():
        raise InputError(f"{run}: that is a sweep; name one of its jobs, as {run}/0")
    raise InputError(f"{run}: no such run{nearest(run, [name_of(root, folder) for folder in jobs(root)])}")


def find_all(root: Path, names: Iterable[str]) -> dict[str, Path]:
    """Return the folder of each run by its label; the name of a sweep is all of its jobs, `.` the workspace.

    Raises
    ------
    InputError
        If there is no such run.
    """
    found: dict[str, Path] = {}
    for name in names:
        plain = name.rstrip("/") or "."
        sweep = root / SWEEPS / plain if (root / SWEEPS / plain / SWEEP).is_file() else root / plain
        if (sweep / SWEEP).is_file():
            found |= {f"{plain}/{job.name}": job for job in jobs_of(sweep)}
        else:
            found[WORKSPACE if plain == "." else plain] = find(root, plain)
    return found


def _in_order(folder: Path) -> tuple[int, str]:
    return int(folder.name) if folder.name.isdigit() else -1, folder.name
