"""The corpus as MLflow's data set input of a run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from embedsmith.files import read_json

FOLDER = Path("data/corpus")
COUNTS = ("documents", "sentences", "words")
DIGEST = 36
"""Characters of a digest that MLflow keeps."""
NAME = 500
"""Characters of a name that MLflow keeps."""


@dataclass(frozen=True)
class Corpus:
    """`name` lists the sources, `digest` is over every byte, `profile` is JSON of the counts."""

    name: str
    digest: str
    profile: str


def read_corpus(root: Path) -> Corpus:
    """Return the corpus of the project in `root`.

    Raises
    ------
    InputError
        If it is missing.
    """
    described = read_json(root, FOLDER / "corpus.json")
    digest = hashlib.sha256()
    for path in sorted((root / FOLDER).rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                part = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(root)} {part}\n".encode())
    counts = {name: described[name] for name in COUNTS}
    return Corpus("+".join(described["sources"])[:NAME], digest.hexdigest()[:DIGEST], json.dumps(counts))
