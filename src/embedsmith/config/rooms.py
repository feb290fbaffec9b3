"""From the `kind` named in a configuration to the class that it names.

One rule for every room: kind `low_rank` of room `embedsmith.compress` is the class `LowRank` (any casing)
in `embedsmith/compress/low_rank.py`. A new member is one new file; nothing is registered. What a room asks of its
members tells them from the other modules that lie there.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import is_dataclass
from typing import Any, cast

from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError

ASKED = ("train", "fit", "read")
"""What models, transforms and sources are asked to do: a member has one of these methods."""


def find(room: str | tuple[str, ...], kind: str, where: str) -> type[Any]:
    """Return the dataclass that `kind` names in `room`, or in the first of several rooms that has it.

    Raises
    ------
    InputError
        If no room has such a member; the nearest names are suggested. `where` is the file or key at fault.
    """
    rooms = (room,) if isinstance(room, str) else room
    for each in rooms:
        if kind in _modules(each) and (found := _member(each, kind)):
            return found
    members = [name for each in rooms for name in _modules(each) if _member(each, name)]
    names = " or ".join(each.removeprefix("embedsmith.") for each in rooms)
    raise InputError(f"{where}: {kind!r} is not a kind of {names}{nearest(kind, members)}")


def _modules(room: str) -> list[str]:
    package = importlib.import_module(room)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))


def _member(room: str, kind: str) -> type[Any] | None:
    module = importlib.import_module(f"{room}.{kind}")
    for name, value in vars(module).items():
        own = isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
        if own and name.lower() == kind.replace("_", "") and any(hasattr(value, method) for method in ASKED):
            return cast(type[Any], value)
    return None
