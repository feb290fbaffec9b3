"""ingest: the sources to data/corpus/, clean and deduplicated documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.corpus.build import build as build_corpus
from embedsmith.corpus.settings import CorpusSettings
from embedsmith.stages.output import folder
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved

ROOM = "embedsmith.corpus.source"


def ingest() -> dict[str, Any]:
    """Read every source of the corpus."""
    config, where = resolved("ingest")
    local = Path(config.pop("local"))
    sources = {
        name: build(find(ROOM, source.pop("kind"), where), source, f"{where}: {name}")
        for name, source in config.pop("sources").items()
    }
    settings = build(CorpusSettings, config, where)
    with folder("data/corpus") as out:
        return build_corpus(sources, settings, local, out)


if __name__ == "__main__":
    run(ingest)
