"""params.yaml: what a run does. Choices of what the pipeline contains, and overrides of conf/."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from embedsmith.config.check import build, refuse_repetition
from embedsmith.config.dotted import leaves
from embedsmith.errors import InputError

PARAMS = Path("params.yaml")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""A name becomes a folder and part of a stage's name."""
SEEDS = 1 << 32
"""What the random generators of all libraries take."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the pipeline contains; DVC reads these lists before anything runs.

    Parameters
    ----------
    local
        Folder of the user's own files; ingest reruns when anything in it changes.
    models
        Names of conf/model/.
    seeds
        Each model is trained once with each.
    variants
        Names of conf/variant/, made of every model that is not a baseline.
    """

    local: str
    models: list[str]
    seeds: list[int]
    variants: list[str]

    def __post_init__(self) -> None:
        for key, values in (("models", self.models), ("seeds", self.seeds)):
            if not values:
                raise ValueError(f"{key}: empty; name at least one")
        for key, values in (("models", self.models), ("seeds", self.seeds), ("variants", self.variants)):
            refuse_repetition(key, values)
        for key, names in (("models", self.models), ("variants", self.variants)):
            for name in names:
                if not NAME.fullmatch(name):
                    raise ValueError(f"{key}: {name!r} is not a name of letters, digits, - and _")
        for seed in self.seeds:
            if not 0 <= seed < SEEDS:
                raise ValueError(f"seeds: must be at least 0 and below 2^32, not {seed}")


def read(root: Path) -> tuple[Choices, dict[str, Any]]:
    """Return the choices of params.yaml and, apart, its overrides by dotted key, however they were nested.

    Raises
    ------
    InputError
        With the file and the line, or the key.
    """
    return split(read_yaml(root / PARAMS))


def split(values: Mapping[str, Any]) -> tuple[Choices, dict[str, Any]]:
    """Return the choices among the `values` of a params.yaml and, apart, the overrides by dotted key."""
    names = [field.name for field in fields(Choices)]
    choices = build(Choices, {key: values[key] for key in names if key in values}, str(PARAMS))
    overrides: dict[str, Any] = {}
    for key, value in leaves({key: value for key, value in values.items() if key not in names}):
        if key in overrides:
            raise InputError(f"{PARAMS}: {key}: given twice, dotted and nested; keep one")
        overrides[key] = value
    return choices, overrides


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise InputError(f"{path}{line}: not YAML: {getattr(error, 'problem', None) or error}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise InputError(f"{path}: must be a mapping of keys to values")
    return values
