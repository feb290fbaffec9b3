"""The run of the pipeline as a whole: corpus, tokenizer and report, and which variants belong to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedsmith.config.choices import read_yaml
from embedsmith.errors import InputError
from embedsmith.files import read_json
from embedsmith.tracking.run import Contents, numbers, params

PAGE = Path("reports/index.html")
CORPUS = Path("data/corpus/corpus.json")
TOKENS = Path("data/tokens/tokens.json")
CONFIG = Path("build/config")
SUMMARY = Path("reports/summary.md")
FILES = (SUMMARY, PAGE, CORPUS, TOKENS)
OPTIONAL = (Path("dvc.lock"), Path("params.yaml"), Path("constraints.txt"))
NOTE = 5000
"""Characters of a description that every MLflow store keeps."""


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The pipeline in the project's folder `root`.

    Attributes
    ----------
    variants
        Run key of every variant that it made, by the run's name.
    """

    root: Path
    variants: Mapping[str, str]

    def key(self) -> str:
        """Return the key of its run: a hash of the variants' keys and of the page, which shows all else."""
        try:
            with (self.root / PAGE).open("rb") as file:
                page = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise InputError(f"{PAGE}: no such file; run `dvc repro` or `dvc pull`") from None
        return hashlib.sha256(json.dumps([sorted(self.variants.items()), page]).encode()).hexdigest()[:32]

    def contents(self) -> Contents:
        """Read all of it.

        Raises
        ------
        InputError
            If one of its files is missing.
        """
        config = {name: read_yaml(self.root / CONFIG / f"{name}.yaml") for name in ("ingest", "tokenize", "report")}
        files = [*FILES, *(path for path in OPTIONAL if (self.root / path).is_file())]
        for path in files:
            if not (self.root / path).is_file():
                raise InputError(f"{path}: no such file; run `dvc repro` or `dvc pull`")
        return Contents(
            params=params(config["report"]["choices"], "")
            | params(config["ingest"], "corpus.")
            | params(config["tokenize"], "tokenizer."),
            points=[
                *numbers(read_json(self.root, CORPUS), "corpus."),
                *numbers(read_json(self.root, TOKENS), "tokens."),
            ],
            seconds=0.0,
            artifacts=[*((self.root / path, "") for path in files), (self.root / CONFIG, "config")],
            texts={"runs.json": json.dumps(self.variants, indent=1) + "\n"},
            note=(self.root / SUMMARY).read_text(encoding="utf-8")[:NOTE],
        )
