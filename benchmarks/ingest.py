"""Ingest of a 1 GB corpus: it streams, so that memory does not grow with the text."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row
from benchmarks.workspace import run as run_in
from benchmarks.workspace import workspace

BYTES = 1_000_000_000


def run() -> Iterator[Row]:
    """Yield the rows; takes some minutes and 3 GB of disk."""
    with workspace() as folder:
        run_in(folder, "embedsmith", "use", "default", "models=[random]")
        run_in(folder, "dvc", "repro", "ingest")
        _write_corpus(folder)
        run_in(folder, "embedsmith", "use", "default", "corpus=files", "local=big", "models=[random]")
        for path in (folder / "build/runtime").glob("ingest-*.json"):
            path.unlink()
        run_in(folder, "dvc", "repro", "ingest")
        (noted,) = (folder / "build/runtime").glob("ingest-*.json")
        facts = json.loads(noted.read_text())
        corpus = json.loads((folder / "data/corpus/corpus.json").read_text())
        yield Row(what="peak memory on a corpus of 1 GB, MB", ours=facts["peak_memory_bytes"] / 1e6, target="<= 1,000")
        yield Row(what="words/s", ours=corpus["words"] / facts["seconds"])
        yield Row(what="documents/s", ours=corpus["documents"] / facts["seconds"])


def _write_corpus(folder: Path) -> None:
    """Write documents of random sentences of the default corpus: real words, and few duplicates."""
    import pyarrow.parquet as pq

    (part,) = (folder / "data/corpus").glob("*.parquet")
    texts = pq.read_table(part, columns=["text"]).column("text").to_pylist()
    sentences = [sentence for text in texts for sentence in text.split("\n")]
    chooser = random.Random(1)
    written = 0
    (folder / "big").mkdir()
    while written < BYTES:
        with Path(folder / "big" / f"{written:012d}.jsonl").open("w") as file:
            for _ in range(20_000):
                line = json.dumps({"text": " ".join(chooser.choices(sentences, k=chooser.randint(1, 20)))})
                written += file.write(line + "\n")
