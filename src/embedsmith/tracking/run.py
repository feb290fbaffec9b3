"""What one MLflow run holds, whatever it is of."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedsmith.config.dotted import leaves

LONGEST = 6000
"""Characters of a parameter that MLflow keeps."""
FORBIDDEN = re.compile(r"[^\w.\- :]")
"""What MLflow takes in the name of a metric or a parameter is the rest; a slash only where a path may have it."""


@dataclass(frozen=True)
class Point:
    """A metric's value; `seconds` after the start of the run, when that is known."""

    name: str
    value: float
    step: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All that is logged of a run.

    Attributes
    ----------
    seconds
        What its stages took, as far as is known.
    artifacts
        Files and folders, each with the folder that they go to in the run ("" for the top).
    texts
        Artifacts that are no file of their own, by path in the run.
    note
        Markdown that MLflow shows with the run.
    """

    params: Mapping[str, str]
    points: Sequence[Point]
    seconds: float
    artifacts: Sequence[tuple[Path, str]]
    texts: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run by its key; what it holds is read when it has to be logged."""

    key: str
    name: str
    tags: Mapping[str, str]
    contents: Callable[[], Contents]


def params(values: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Return settings as MLflow keeps them: text by dotted key."""
    texts = {
        FORBIDDEN.sub("_", name): value if isinstance(value, str) and value else json.dumps(value)
        for name, value in leaves(values, prefix)
    }
    return {name: text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…" for name, text in texts.items()}


def numbers(values: Mapping[str, Any], prefix: str = "") -> list[Point]:
    """Return the numbers of a nested mapping; the `score` of a metric goes by the metric's own name."""
    return [
        Point(FORBIDDEN.sub("_", name.removesuffix(".score")), float(value))
        for name, value in leaves(values, prefix)
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
