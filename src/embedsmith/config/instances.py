"""The stage instances of dvc.yaml, and a hash of all that goes into each, known before anything runs.

DVC's own lock names what a stage read and wrote, after the fact. Progress, checkpoints and MLflow runs need a
name beforehand: the hash of an instance's command, its resolved configuration and code, and, in place of the data
it reads, the same hash of the instances that make that data.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedsmith.config.choices import PARAMS, read_yaml

KINDS = ("train", "compress", "similarity", "anisotropy", "bias", "downstream")
"""The stages that each model and seed has an instance of."""


@dataclass(frozen=True)
class Instance:
    """One entry of the pipeline, as DVC names it: `ingest`, or `train@word2vec-1`."""

    name: str
    command: str
    deps: tuple[str, ...]
    outs: tuple[str, ...]


def instances(root: Path) -> dict[str, Instance]:
    """Return every instance of dvc.yaml by name, its `matrix` expanded with the lists of params.yaml."""
    params = read_yaml(root / PARAMS)
    found: dict[str, Instance] = {}
    for name, stage in read_yaml(root / "dvc.yaml")["stages"].items():
        matrix = {key: _fill(values, params) for key, values in stage.get("matrix", {}).items()}
        for combination in itertools.product(*matrix.values()):
            item = {f"item.{key}": value for key, value in zip(matrix, combination, strict=True)}
            suffix = "@" + "-".join(map(str, combination)) if combination else ""
            instance = Instance(
                name + suffix,
                _fill(stage["cmd"], params | item),
                _paths(stage.get("deps", []), params | item),
                _paths(
                    [*stage.get("outs", []), *stage.get("metrics", []), *stage.get("plots", [])],
                    params | item,
                ),
            )
            found[instance.name] = instance
    return found


class Inputs:
    """What goes into each stage instance of the project in `root`, as one hash; every file is read once."""

    def __init__(self, root: Path) -> None:
        self.instances = instances(root)
        self._root = root
        self._makers = {out: instance for instance in self.instances.values() for out in instance.outs}
        self._contents: dict[str, str] = {}
        self._hashes: dict[str, str] = {}

    def hash(self, name: str) -> str:
        """Return a sha256 over all that decides the outputs of instance `name`."""
        if name not in self._hashes:
            parts = [self.instances[name].command]
            for dep in sorted(self.instances[name].deps):
                maker = self._makers.get(dep)
                parts += [dep, self.hash(maker.name) if maker else self._content(dep)]
            self._hashes[name] = _sha256(parts)
        return self._hashes[name]

    def run_key(self, model: str, seed: int, variant: str) -> str:
        """Return the key of a variant's run: a hash over the inputs of its own stage instances."""
        return _sha256([*(self.hash(f"{kind}@{model}-{seed}") for kind in KINDS), variant])[:32]

    def _content(self, dep: str) -> str:
        if dep not in self._contents:
            self._contents[dep] = _content(self._root / dep)
        return self._contents[dep]


def _content(path: Path) -> str:
    """Hash a file, or a folder's files by their relative names; what .dvcignore names does not count."""
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and "__pycache__" not in file.parts]
        parts = [[str(file.relative_to(path)), _content(file)] for file in files]
        return _sha256(parts)
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _paths(entries: list[Any], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Paths of a deps or outs list, whose entries are a path or a path with its options."""
    return tuple(_fill(entry if isinstance(entry, str) else next(iter(entry)), values) for entry in entries)


def _fill(text: Any, values: Mapping[str, Any]) -> Any:
    """Replace DVC's `${key}`; a text that is one such expression gives the value itself."""
    if not isinstance(text, str):
        return text
    if text.startswith("${") and text.endswith("}") and text.count("${") == 1:
        return values[text[2:-1]]
    for key, value in values.items():
        text = text.replace(f"${{{key}}}", str(value))
    return text


def _sha256(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
