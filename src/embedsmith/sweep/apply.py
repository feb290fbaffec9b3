"""`embedsmith apply`: a run's choices and results, brought into the workspace."""

from __future__ import annotations

import filecmp
import subprocess
import sys
from pathlib import Path

from embedsmith.config.choices import PARAMS
from embedsmith.errors import InputError
from embedsmith.runs.folders import SNAPSHOT, find
from embedsmith.runs.job import DONE, read
from embedsmith.sweep.ledger import Ledger
from embedsmith.sweep.seed import seed
from embedsmith.sweep.snapshot import cache_of, writable

COMPARED = ("conf", "src", "constraints.txt", "dvc.yaml")
SHOWN = 3


def apply(root: Path, run: str) -> str:
    """Write the choices of `run` into params.yaml and bring its outputs from the cache; return one line.

    What a run of other code or configuration made is not this workspace's: it stays away, and the line says so. What
    the workspace itself had computed is known afterwards, and comes back with its params.yaml.

    Raises
    ------
    InputError
        If there is no such run, if its choices cannot be this workspace's, or if DVC is at work here.
    """
    folder = find(root, run)
    if folder.resolve() == root.resolve():
        raise InputError(f"{run}: that is this workspace")
    job = read(folder)
    if job and job.status != DONE:
        again = f"`embedsmith run --resume {job.sweep}` goes on with it" if job.sweep else "run it again first"
        raise InputError(f"{run}: it has not ended well, so there is nothing to bring; {again}")
    seed(root, Ledger(writable(cache_of(root))))
    command = [sys.executable, "-m", "embedsmith.sweep.restore", str((folder / PARAMS).resolve())]
    done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError((done.stderr.splitlines() or ["what is known cannot be fetched"])[-1])
    undone = [name for name in done.stdout.split() if name != "track"]
    if not undone:
        return f"params.yaml and all outputs are those of {run}"
    changed = list(_changed(root, folder.parent / SNAPSHOT if (folder.parent / SNAPSHOT).is_dir() else folder))
    since = f", for {', '.join(changed)} changed since" if changed else ""
    some = ", ".join(undone[:SHOWN]) + (" and others" if undone[SHOWN:] else "")
    return f"params.yaml is that of {run}; still to be run: {some}{since}: `dvc repro`"


def _changed(root: Path, then: Path) -> list[str]:
    """Return some files that differ between the workspace and the run's copy of it."""
    names = [name for name in COMPARED if (then / name).exists()]
    files = [path for name in names for path in ((then / name).rglob("*") if (then / name).is_dir() else [then / name])]
    differ = [
        str(path.relative_to(then))
        for path in sorted(files)
        if path.is_file()
        and "__pycache__" not in path.parts
        and not ((root / path.relative_to(then)).is_file() and filecmp.cmp(path, root / path.relative_to(then), False))
    ]
    return differ[:SHOWN] + ([f"{len(differ) - SHOWN} more"] if len(differ) > SHOWN else [])
