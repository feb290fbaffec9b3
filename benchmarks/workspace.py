"""A copy of this project in a temporary folder, with a DVC cache of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedsmith.config.check import build
from embedsmith.config.choices import Choices
from embedsmith.config.compose import compose
from embedsmith.config.experiment import choices_of
from embedsmith.config.rooms import find
from embedsmith.sweep.job import prepare

ROOT = Path(__file__).parents[1]


@contextmanager
def workspace() -> Iterator[Path]:
    """Yield the folder of a fresh copy, the default experiment chosen and nothing computed."""
    with tempfile.TemporaryDirectory(prefix="embedsmith-bench-") as name:
        folder = Path(name)
        prepare(ROOT, folder, choices_of(ROOT, "default"))
        (folder / ".dvc/config.local").write_text("[core]\n    no_scm = true\n")
        (folder / "dvc.lock").unlink(missing_ok=True)
        yield folder


@contextmanager
def clone(params: str) -> Iterator[Path]:
    """Yield the folder of a git repository of this project with `params` as its params.yaml, and nothing computed."""
    with workspace() as folder:
        (folder / "params.yaml").write_text(params)
        (folder / ".dvc/config.local").unlink()
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
            run(folder, "git", "-c", "user.name=bench", "-c", "user.email=bench@localhost", *command)
        yield folder


def run(folder: Path, *command: str, **environment: str) -> str:
    """Run `command` in `folder` with this environment's programs; return what it printed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = os.environ | {"PATH": path} | environment
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def configured(*names: str) -> dict[str, Any]:
    """Return the default configuration with the models conf/model/NAME.yaml in it."""
    choices = Choices(local="data/raw", models=list(names), seeds=[1], variants=[])
    return compose(ROOT, choices, {})[0]


def models(*names: str) -> dict[str, Any]:
    """Return the models of conf/model/, by name, each ready to be trained."""
    found = {}
    for name, values in configured(*names)["model"].items():
        own = {key: value for key, value in values.items() if key != "kind"}
        found[name] = build(find("embedsmith.model", values["kind"], name), own, name)
    return found
