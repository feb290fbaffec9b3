"""The words of `embedsmith run`: `key=value` choices, some of them over several values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override
from hydra.errors import HydraException

from embedsmith.config.choices import PARAMS, read_yaml
from embedsmith.config.choices import split as split_choices
from embedsmith.config.compose import compose
from embedsmith.config.dotted import leaves
from embedsmith.config.experiment import amend, choices_of
from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError

FOLDER = Path("conf/sweep")
DEFAULT = "run"
OWN = ("experiment", "objectives", "of", "remote")
"""Keys of conf/sweep/ that are no choice of a job's."""
SHOWN = 3
"""How many values of one key are tried before a sweep starts; the others are the jobs' own affair."""


def split(words: Sequence[str]) -> tuple[str, list[str], list[str]]:
    """Return the file of conf/sweep/ that the words name, those for Hydra itself, and the choices."""
    sweeps = [word.partition("=")[2] for word in words if word.startswith("sweep=")]
    rest = [word for word in words if not word.startswith("sweep=")]
    for word in rest:
        if not word.lstrip("+").partition("=")[0] or "=" not in word:
            raise InputError(f"{word!r} is not KEY=VALUE")
        if word.startswith("~"):
            raise InputError(f"{word!r}: nothing can be taken away; give the key another value")
    to_hydra = [word for word in rest if word.lstrip("+").startswith("hydra")]
    return sweeps[-1] if sweeps else DEFAULT, to_hydra, [word.lstrip("+") for word in rest if word not in to_hydra]


def for_hydra(root: Path, settings: str, choices: Sequence[str]) -> list[str]:
    """Return the words of Hydra's own command line: the choices, and those that conf/sweep/SETTINGS.yaml sweeps over.

    The latter take the way of the former, so that a choice given twice is taken once.
    """
    told = ["hydra.sweeper.params=null"] if _ready(root, settings) else []
    return [f"++{word}" for word in _joined(root, settings, choices)] + told


def refuse_unknown(root: Path, settings: str, choices: Sequence[str]) -> None:
    """Try the choices, and the first values of each that has several, before a sweep starts.

    Raises
    ------
    InputError
        For a key or a name that conf/ does not have.
    """
    path = FOLDER / f"{settings}.yaml"
    if not (root / path).is_file():
        known = [other.stem for other in (root / FOLDER).glob("*.yaml")]
        raise InputError(f"there is no {path}{nearest(settings, known)}")
    several = {over.key_or_group: _values(over) for over in _parsed(_joined(root, settings, choices))}
    first = {key: values[0] for key, values in several.items()}
    fixed = dict(
        leaves({key: value for key, value in read_yaml(root / path).items() if key not in (*OWN, "hydra", "defaults")})
    )
    if not fixed | first:  # nothing but params.yaml is chosen, which `configure` looks at first of all
        return
    _try(root, fixed | first)
    for key, values in several.items():
        for value in values[1:SHOWN]:
            if not isinstance(value, int | float):  # a number names nothing that could be missing
                _try(root, fixed | first | {key: value})


def count(root: Path, settings: str, choices: Sequence[str]) -> int | None:
    """Return how many jobs a grid of these choices has; None where one of them is an interval."""
    parsed = _parsed(_joined(root, settings, choices))
    if any(over.is_sweep_override() and not over.is_discrete_sweep() for over in parsed):
        return None
    return math.prod(len(_values(over)) for over in parsed)


def _joined(root: Path, settings: str, choices: Sequence[str]) -> list[str]:
    named = {word.partition("=")[0] for word in choices}
    return [f"{key}={value}" for key, value in _ready(root, settings).items() if key not in named] + list(choices)


def _ready(root: Path, settings: str) -> Mapping[str, Any]:
    """Return what the sweep's file itself sweeps over."""
    path = root / FOLDER / f"{settings}.yaml"
    file = read_yaml(path) if path.is_file() else {}
    return ((file.get("hydra") or {}).get("sweeper") or {}).get("params") or {}


def _parsed(choices: Sequence[str]) -> list[Override]:
    try:
        parsed: list[Override] = OverridesParser.create().parse_overrides(list(choices))
    except HydraException as error:
        raise InputError(" ".join(str(error).partition("See https://")[0].split())) from None
    for over in parsed:
        if over.is_sweep_override() and isinstance(over.value(), Glob):
            raise InputError(f"{over.input_line}: name the values, as {over.key_or_group}=A,B")
    return parsed


def _values(over: Override) -> list[Any]:
    """Return the values of one key; of an interval its ends."""
    if not over.is_sweep_override():
        return [yaml.safe_load(over.get_value_element_as_str())]
    if over.is_discrete_sweep():
        return [yaml.safe_load(text) for text in over.sweep_string_iterator()]
    interval: Any = over.value()
    return [interval.start, interval.end]


def _try(root: Path, values: Mapping[str, Any]) -> None:
    values = dict(values)
    experiment = values.pop("experiment", None)
    for name in OWN:
        values.pop(name, None)
    base = choices_of(root, str(experiment)) if experiment else (root / PARAMS).read_text("utf-8")
    try:
        choices, overrides = split_choices(yaml.safe_load(amend(base, values)) or {})
        compose(root, choices, overrides)
    except InputError as error:
        told = str(error).removeprefix(f"{PARAMS}: ")
        # What the command line says is no mistake of params.yaml.
        raise InputError(told if told.partition(":")[0] in values else str(error)) from None
