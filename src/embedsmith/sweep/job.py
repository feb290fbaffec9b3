"""One job: a copy of the workspace in a folder of its own, with the shared DVC cache."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from embedsmith.config.choices import PARAMS, read
from embedsmith.errors import InputError


def prepare(root: Path, folder: Path, params: str) -> None:
    """Copy the workspace at `root` to `folder`, uncommitted edits included, with `params` as its params.yaml.

    The copy has no git history and uses the cache of `root`; the user's own files are linked, not copied.
    """
    for file in _workspace_files(root):
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / file, target)
    (folder / PARAMS).write_text(params, encoding="utf-8")
    local = read(folder)[0].local
    if not Path(local).is_absolute() and (root / local).is_dir():
        shutil.rmtree(folder / local, ignore_errors=True)
        (folder / local).parent.mkdir(parents=True, exist_ok=True)
        (folder / local).symlink_to((root / local).resolve())
    cache = subprocess.run(["dvc", "cache", "dir"], cwd=root, capture_output=True, text=True, check=True).stdout.strip()
    (folder / ".dvc").mkdir(exist_ok=True)
    (folder / ".dvc/config.local").write_text(
        f"[core]\n    no_scm = true\n[cache]\n    dir = {(root / cache).resolve()}\n", encoding="utf-8"
    )


def run(root: Path, folder: Path) -> None:
    """Run the pipeline in a prepared `folder`, logging to the store of the workspace at `root`.

    Raises
    ------
    InputError
        If a stage fails; its own line stands above.
    """
    environment = {"MLFLOW_TRACKING_URI": f"sqlite:///{(root / 'mlflow.db').resolve()}"} | os.environ
    environment.pop("DVC_ROOT", None)  # the job is a project of its own
    done = subprocess.run(["dvc", "repro"], cwd=folder, env=environment, check=False)
    if done.returncode:
        raise InputError("the job failed; what its last stage printed says why")


def _workspace_files(root: Path) -> Iterator[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        raise InputError(f"{root.resolve()}: not a git repository; a job copies what git lists")
    return (name for name in listed.stdout.split("\0") if name and (root / name).is_file())
