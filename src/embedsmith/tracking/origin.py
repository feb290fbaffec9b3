"""Where a run comes from."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SWEEP = "sweep"
"""The tag that names the sweeps which a run belongs to, one space between them."""


def origin(root: Path) -> dict[str, str]:
    """Return tags: the sweep that the project in `root` is a job of, and its commit, where there are such."""
    tags = {"mlflow.source.name": "embedsmith"}
    if sweep := own_sweep():
        tags[SWEEP] = sweep
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
        tags["mlflow.source.git.commit"] = head.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        pass  # not a repository, or one without a commit
    return tags


def own_sweep() -> str | None:
    """Return the name of the sweep that this process works for."""
    return os.environ.get("EMBEDSMITH_SWEEP") or None
