from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from omegaconf import OmegaConf

from embedsmith.tokenizer.settings import TokenizerSettings

CONF = Path(__file__).parents[2] / "conf/tokenizer/unigram.yaml"

Settings = Callable[..., TokenizerSettings]
Corpus = Callable[..., Path]


@pytest.fixture
def settings() -> Settings:
    """The project's own settings with some changed; few enough pieces for a toy text."""

    def change(**changes: Any) -> TokenizerSettings:
        config = OmegaConf.create({"threads": 2, "tokenizer": OmegaConf.load(CONF)})
        values: Any = OmegaConf.to_container(config, resolve=True)
        return TokenizerSettings(**{**values["tokenizer"], "vocab_size": 300, "min_count": 1, **changes})

    return change


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A corpus of texts, each a document of the source `a` or of the one given."""

    def write(texts: Sequence[str | tuple[str, str]], shards: int = 1, **weights: float) -> Path:
        folder = tmp_path / "corpus"
        folder.mkdir()
        rows = [("a", text) if isinstance(text, str) else text for text in texts]
        table = [
            {"source": source, "id": f"{place}", "date": None, "text": text}
            for place, (source, text) in enumerate(rows)
        ]
        schema = pa.schema([(name, pa.string()) for name in ("source", "id", "date", "text")])
        size = max(1, -(-len(table) // shards))
        for shard in range(shards):
            part = table[shard * size : (shard + 1) * size]
            parquet.write_table(pa.Table.from_pylist(part, schema=schema), folder / f"part-{shard:05}.parquet")
        sources = {source: {"weight": weights.get(source, 1.0)} for source, _ in rows}
        facts = {"documents": len(rows), "sources": sources}
        (folder / "corpus.json").write_text(json.dumps(facts), encoding="utf-8")
        return folder

    return write
