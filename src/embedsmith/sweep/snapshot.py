"""A copy of the workspace as it is at one moment, uncommitted edits included: what all jobs of a sweep run."""

from __future__ import annotations

import errno
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from configobj import ConfigObj
from dvc.exceptions import NotDvcRepoError
from dvc.repo import Repo
from dvc.scm import SCMError

from embedsmith.config.choices import PARAMS, read
from embedsmith.errors import InputError
from embedsmith.files import write_text

LOCAL = Path(".dvc/config.local")
OUTPUTS = ("reports/", "dvc.lock")
"""Results in git: a job makes its own."""
NO_GIT = "{}: not a git repository; a job copies what git lists"


def take(root: Path, folder: Path) -> None:
    """Copy to `folder` what git lists in the workspace at `root`, and the user's own files that lie in it.

    Raises
    ------
    InputError
        If the workspace is no git repository, or the user's own files lie beside it.
    """
    local = read(root)[0].local
    inside = not Path(local).is_absolute()
    if os.path.normpath(local).startswith(os.pardir):
        raise InputError(f"{PARAMS}: local: {local} lies outside of this folder; give its absolute path")
    for file in _workspace_files(root):
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / file, target)
    if (root / LOCAL).is_file():  # remotes and what opens them, which git does not list
        shutil.copy2(root / LOCAL, folder / LOCAL)
    if inside and (root / local).is_dir():
        shutil.copytree(root / local, folder / local, dirs_exist_ok=True)


def place(snapshot: Path, folder: Path, params: str, cache: Path) -> None:
    """Make `folder` a project of its own: `snapshot` with `params` as its params.yaml, and the DVC cache `cache`.

    The user's own files are linked, not copied.
    """
    if snapshot == folder:  # a single run, in the only copy there is
        settle(folder, params, cache)
        return
    local = read(snapshot)[0].local
    linked = not Path(local).is_absolute() and (snapshot / local).is_dir()
    own = (snapshot / local).resolve()
    shutil.copytree(
        snapshot,
        folder,
        symlinks=True,
        dirs_exist_ok=True,
        ignore=lambda parent, names: [name for name in names if linked and Path(parent, name).resolve() == own],
    )
    if linked:
        (folder / local).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / local).is_symlink():
            (folder / local).symlink_to(own)
    settle(folder, params, cache)


def settle(folder: Path, params: str, cache: Path) -> None:
    """Give the copy of a workspace in `folder` its own params.yaml, and the DVC cache `cache`."""
    write_text(folder / PARAMS, params)
    (folder / "dvc.lock").unlink(missing_ok=True)  # of an earlier attempt; what that computed is known without it
    config = ConfigObj(str(folder / LOCAL), list_values=False, write_empty_values=True, encoding="utf-8")
    config.setdefault("core", {})["no_scm"] = "true"
    # Links, where the disk has them: a job that is in the cache costs no space. DVC makes what it links read-only.
    config.setdefault("cache", {}).update({"dir": str(cache), "type": "reflink,hardlink,symlink,copy"})
    config.write()


def cache_of(root: Path) -> Path:
    """Return the folder of the DVC cache of the project at `root`.

    Raises
    ------
    InputError
        If there is no DVC project, or no git repository where DVC wants one.
    """
    try:
        with Repo(str(root)) as repo:
            return Path(repo.cache.local.path).parents[1].resolve()
    except NotDvcRepoError:
        raise InputError(f"{root.resolve()}: no DVC project; run where params.yaml and .dvc lie") from None
    except SCMError:
        raise InputError(NO_GIT.format(root.resolve())) from None


def writable(cache: Path) -> Path:
    """Return `cache`, which a sweep writes to.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache) as file:
            file.write(b"0" * 4096)
    except OSError as error:
        todo = (
            "free some space" if error.errno == errno.ENOSPC else "mount it to be written to, or change its permissions"
        )
        raise InputError(f"{cache}: DVC's cache cannot be written: {error.strerror}; {todo}") from None
    return cache


def describe(root: Path, folder: Path) -> None:
    """Write to `folder` what else it takes to repeat a run: commit, uncommitted changes, packages, processor."""
    packages = sorted(f"{each.name}=={each.version}" for each in importlib.metadata.distributions())
    origin = {
        "commit": _git(root, "rev-parse", "HEAD").decode().strip() or None,
        "processor": _processor(),
        "python": platform.python_version(),
        "system": platform.system(),
        "packages": packages,
    }
    write_text(folder / "origin.json", json.dumps(origin, indent=1) + "\n")
    (folder / "uncommitted.diff").write_bytes(_git(root, "diff", "--binary", "HEAD"))


def _workspace_files(root: Path) -> Iterator[str]:
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if not listed:
        raise InputError(NO_GIT.format(root.resolve()))
    names = (name for name in os.fsdecode(listed).split("\0") if name and not name.startswith(OUTPUTS))
    return (name for name in names if (root / name).is_file())


def _git(root: Path, *words: str) -> bytes:
    """Return what git prints; nothing where it fails."""
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    except FileNotFoundError:
        return b""
    return done.stdout if done.returncode == 0 else b""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
