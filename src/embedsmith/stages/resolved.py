"""The resolved configuration of one stage instance: a stage reads its own file, and no other."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from embedsmith.config.choices import read_yaml

FOLDER = Path("build/config")


def path_of(stage: str, *item: str | int) -> Path:
    """Return where the configuration of `stage` lies, for the model and seed `item` if it has them."""
    return FOLDER.joinpath(stage, *map(str, item)).with_name(f"{[stage, *item][-1]}.yaml")


def resolved(stage: str, *item: str) -> tuple[dict[str, Any], str]:
    """Return the configuration of `stage` and its path, for errors."""
    path = path_of(stage, *item)
    return read_yaml(path), str(path)


def digest(path: Path) -> str:
    """Return the sha256 of a file: what an output names as its provenance."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
