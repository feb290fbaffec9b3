"""Files that appear whole or not at all, with the same bytes for the same values."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embedsmith.errors import InputError

DIGITS = 6
"""Significant digits kept: what a last-bit difference between processors does not reach."""
NOISE = 1e-12
"""Values nearer to 0 are what rounding leaves of a 0."""


def write_text(path: str | Path, text: str) -> None:
    """Write `text` to `path` by way of a temporary name."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as JSON with sorted keys and rounded floats."""
    write_text(path, json.dumps(rounded(value), indent=1, sort_keys=True, allow_nan=False) + "\n")


def read_json(root: Path, path: Path) -> dict[str, Any]:
    """Return the mapping in the JSON file `path` of the project in `root`.

    Raises
    ------
    InputError
        If there is none.
    """
    try:
        values = json.loads((root / path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; run `dvc repro` or `dvc pull`") from None
    except ValueError:
        raise InputError(f"{path}: not JSON; remove it and run `dvc repro`") from None
    if not isinstance(values, dict):
        raise InputError(f"{path}: not a mapping; remove it and run `dvc repro`")
    return values


def rounded(value: Any) -> Any:
    """Return `value` with every float in it, however deep, at `DIGITS` significant digits.

    Raises
    ------
    ValueError
        For NaN or an infinite value, which JSON does not have.
    """
    if isinstance(value, Mapping):
        return {str(key): rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no result")
        return 0.0 if abs(value) < NOISE else float(f"{value:.{DIGITS}g}")
    return value
