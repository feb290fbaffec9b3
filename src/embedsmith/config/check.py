"""From a plain mapping to the dataclass that is its schema, with errors that a person can act on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from embedsmith.config.dotted import leaves
from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError

T = TypeVar("T")


def build(schema: type[T], values: Any, where: str) -> T:
    """Return `schema` filled from the mapping `values`, every field named and of its type.

    Parameters
    ----------
    schema
        A dataclass; its `__post_init__` may refuse a value by a ValueError that begins with the key.
    values
        A mapping of each field's name to a plain value.
    where
        The key path or file of `values`, for the error.

    Raises
    ------
    InputError
        For an unknown or missing key, a wrong type, or an impossible value.
    """
    if not isinstance(values, Mapping):
        raise InputError(f"{where}: must be a mapping of settings, not {values!r}")
    known = [field.name for field in fields(schema)]  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            raise InputError(f"{_at(where, str(key))}: unknown key{nearest(str(key), known)}")
    for name in known:
        if name not in values:
            raise InputError(f"{_at(where, name)}: missing; give it a value")
    for key, value in leaves(values):
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{_at(where, key)}: must be a finite number, not {value}")
    merged = OmegaConf.structured(schema)
    try:
        merged = OmegaConf.merge(merged, dict(values))
        filled: T = OmegaConf.to_object(merged)  # type: ignore[assignment]
    except OmegaConfBaseException as error:
        key = _at(where, str(error.full_key)) if error.full_key else where
        raise InputError(f"{key}: {_plain(str(error.msg or error))}") from None
    except ValueError as error:
        raise InputError(_at(where, _refused(merged) + str(error))) from None
    return filled


def refuse_repetition(key: str, values: Iterable[object]) -> None:
    """Raise `ValueError`, as a schema does, if one of the `values` of `key` stands twice."""
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{key}: {value!r} stands twice")
        seen.add(value)


def _plain(refusal: str) -> str:
    """Return why OmegaConf refuses a value, in a line, without words of its own insides."""
    return "must be a list, as [A, B]" if "is not a ListConfig" in refusal else refusal.splitlines()[0]


def _refused(config: Any) -> str:
    """Return the path, with a dot after it, of the innermost part of `config` that its own dataclass refuses."""
    for key, part in config.items() if OmegaConf.is_dict(config) else ():
        if OmegaConf.is_config(part):
            try:
                OmegaConf.to_object(part)
            except ValueError:
                return f"{key}.{_refused(part)}"
    return ""


def _at(where: str, key: str) -> str:
    """Join a key to the key path, or to the file, that it stands in."""
    return f"{where}: {key}" if where.endswith(".yaml") else f"{where}.{key}"
