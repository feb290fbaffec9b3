"""The page of several runs, of whatever sweeps and folders: what differs in their settings, and all results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from embedsmith.config.choices import read_yaml
from embedsmith.errors import InputError
from embedsmith.files import write_text
from embedsmith.report import page
from embedsmith.report.content import gather
from embedsmith.report.differs import differs, settings
from embedsmith.report.keys import keys
from embedsmith.report.listing import RESOLVED
from embedsmith.report.merge import merged
from embedsmith.report.paired import paired
from embedsmith.runs.folders import find_all
from embedsmith.runs.job import DONE, read


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
    """Return the project folder of each run by its label: those of a sweep's jobs that have results.

    Raises
    ------
    InputError
        If there is no such run, it has no results, or there are fewer than two.
    """
    found: dict[str, Path] = {}
    for name in names:
        own = find_all(root, [name])
        ready = {label: folder for label, folder in own.items() if (folder / RESOLVED).is_file() and _ended(folder)}
        if not ready:
            raise InputError(f"{name}: no results there ({RESOLVED} is missing); run `dvc repro` in it")
        found |= ready
    if len(found) < 2:
        raise InputError("name at least two runs: SWEEP/0, SWEEP for all its jobs, NAME, a folder, or . for this one")
    return found


def _ended(folder: Path) -> bool:
    """Whether a run ended well; a folder that is no job's may have results, whoever made them."""
    job = read(folder)
    return job is None or job.status == DONE
