"""The Collaborative International Dictionary of English (https://gcide.gnu.org.ua/): Webster 1913, enlarged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedsmith.corpus.document import Document
from embedsmith.corpus.packaged import Packaged
from embedsmith.corpus.wheel import members

# Marks of the editors: where an entry comes from, their comments, the numbers of senses.
_EDITORIAL = re.compile(r"\[[^\[\]]*(?:Webster|PJC|WordNet|wn1)[^\[\]]*\]|<--[^<>]*-->|\{\d+\}|\[\d+\]")


@dataclass(frozen=True, kw_only=True)
class Gcide(Packaged):
    """One document an entry.

    Each definition, and the list of synonyms, is a paragraph that begins with the headword, so that the word
    stands beside what it means; the quotations that show its use follow. Etymologies are left out: the package
    gives many entries that of another.
    """

    def read(self, local: Path) -> Iterator[Document]:
        """Yield the entries by letter, in the order of the package."""
        for name, content in members(self.wheel(), r"dictionary/data/en/words_\w+\.json"):
            letter = name.rpartition("_")[2].removesuffix(".json")
            for headword, entry in json.loads(content).items():
                yield Document(f"{letter}/{headword}", _EDITORIAL.sub("", "\n\n".join(_paragraphs(headword, entry))))


def _paragraphs(headword: str, entry: dict[str, Any]) -> Iterator[str]:
    for sense in entry["pos"]:
        for definition in sense["definitions"]:
            yield f"{headword} {definition['text']}"
            yield from definition["examples"]
        if synonyms := sense.get("syn"):
            yield f"{headword} {synonyms.removeprefix('Syn. -- ')}"
