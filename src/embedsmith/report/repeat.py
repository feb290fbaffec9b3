"""The commands that repeat a run: what it chose, as a shell takes it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from embedsmith.report.content import Content

OWNER = re.compile(r"(?:^|@)(model|variant)\.([^.]+)")
"""In a dotted key, whose setting it is: `model.glove.epochs`, `words@variant.hard_debias.hard_debias.words`."""


@dataclass(frozen=True)
class Repeated:
    """A run's name, its key, and the command that makes it again."""

    name: str
    key: str
    command: str


def runs(content: Content, prefix: str) -> Iterator[Repeated]:
    """Yield each run of `content`, its name after `prefix`."""
    for entry in content.listing:
        for variant in entry.variants:
            name = entry.run(variant)
            command = single(content.choices, entry.model, entry.seed, variant)
            yield Repeated(prefix + name, content.keys.get(name, ""), command)


def whole(choices: Mapping[str, Any]) -> str:
    """Return the command that makes all that was chosen again, `choices` by dotted key."""
    words = [shlex.quote(f"{key}={_on_one_line(value)}") for key, value in choices.items()]
    return " ".join(["embedsmith use default", *words, "&& dvc repro"])


def single(choices: Mapping[str, Any], model: str, seed: int, variant: str) -> str:
    """Return the command that makes one variant again, beside the untouched model that it is compared with."""
    variants = [variant] if variant in choices.get("variants", ()) else []
    own = {"model": model, "variant": variant}
    kept = {key: value for key, value in choices.items() if all(own[kind] == name for kind, name in OWNER.findall(key))}
    return whole(kept | {"models": [model], "seeds": [seed], "variants": variants})


def _on_one_line(value: object) -> str:
    text: str = yaml.safe_dump([value], default_flow_style=True, width=1 << 16, allow_unicode=True)
    return text.strip()[1:-1]
