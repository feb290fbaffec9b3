"""The page of several runs, of whatever sweeps and folders: what differs in their settings, and all results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from embedsmith.config.choices import read_yaml
from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError
from embedsmith.files import write_text
from embedsmith.report import page
from embedsmith.report.content import gather
from embedsmith.report.differs import differs, settings
from embedsmith.report.keys import keys
from embedsmith.report.listing import RESOLVED
from embedsmith.report.merge import merged
from embedsmith.report.paired import paired

SWEEPS, RUNS = Path("build/sweeps"), Path("build/runs")
WORKSPACE = "workspace"
"""The label of the project that a command is given in."""


def compare(runs: Mapping[str, Path]) -> str:
    """Return the page of `runs`, project folders by the label that their models are to bear.

    Raises
    ------
    InputError
        If a file of something that a run lists is missing.
    """
    parts = {}
    for label, root in runs.items():
        try:
            config = read_yaml(root / RESOLVED)
            parts[label] = gather(root, config, keys(root, config))
        except InputError as error:
            raise InputError(f"{label}: {error}") from None
    compared = page.Compared(
        differs=differs({label: settings(root) for label, root in runs.items()}), paired=paired(runs, parts)
    )
    return page.render(merged(parts), parts, compared)


def write(root: Path, names: Iterable[str], out: Path) -> str:
    """Write the page of the runs `names`, as a person names them in the project `root`; return what to say of it."""
    runs = folders(root, names)
    write_text(out, compare(runs))
    return f"{out}: {', '.join(runs)}"


def folders(root: Path, names: Iterable[str]) -> dict[str, Path]:
    """Return the project folder of each run by its label.

    Parameters
    ----------
    names
        A path, `SWEEP/0` of build/sweeps, `SWEEP` for all of its jobs that have results, `NAME` of build/runs, or `.`.

    Raises
    ------
    InputError
        If there is no such run, or it has no results; the nearest name is suggested.
    """
    found = {label: folder for name in names for label, folder in _folders(root, name).items()}
    if len(found) < 2:
        raise InputError(
            "name at least two runs: SWEEP/0, SWEEP for all of its jobs, NAME, a folder, or . for this one"
        )
    return found


def _folders(root: Path, name: str) -> dict[str, Path]:
    if name.rstrip("/") in ("", "."):
        return {WORKSPACE: _with_results(root, WORKSPACE)}
    plain = name.rstrip("/")
    for folder in (root / SWEEPS / plain, root / RUNS / plain, root / plain):
        if (folder / "sweep.json").is_file():
            jobs = {f"{plain}/{job.name}": job for job in _jobs(folder) if (job / RESOLVED).is_file()}
            if jobs:
                return jobs
        if folder.is_dir():
            return {plain: _with_results(folder, plain)}
    known = [str(job.relative_to(root / SWEEPS)) for sweep in _jobs(root / SWEEPS) for job in (sweep, *_jobs(sweep))]
    known += [run.name for run in _jobs(root / RUNS)]
    raise InputError(f"{name}: no such run, nor a folder{nearest(name, known)}")


def _with_results(folder: Path, name: str) -> Path:
    if not (folder / RESOLVED).is_file():
        raise InputError(f"{name}: no results there ({RESOLVED} is missing); run `dvc repro` in it")
    return folder


def _jobs(folder: Path) -> list[Path]:
    """Return the folders in `folder` that are a job's, a sweep's or a run's, 2 before 10."""
    found = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return sorted(found, key=lambda path: (len(path.name), path.name) if path.name.isdigit() else (99, path.name))
