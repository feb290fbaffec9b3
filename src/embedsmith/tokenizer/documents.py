"""Reading the corpus: which documents are held out, and how often each of the others is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as parquet

from embedsmith.errors import InputError
from embedsmith.tokenizer.settings import TokenizerSettings

BATCH = 256
"""Documents in memory at a time."""

LONGEST = 4096
"""Characters of a sentence; a longer line is cut. Text without sentence ends stays text, and SentencePiece, which
drops long lines or takes minutes over them, stays quick."""


@dataclass(frozen=True)
class Reading:
    """One document as the tokenizer reads it.

    Attributes
    ----------
    sentences
        Its lines, none empty, none longer than LONGEST.
    held_out
        Whether training must not see it.
    times
        How often training sees it, at least once; a held-out document is read once.
    """

    sentences: list[str]
    held_out: bool
    times: int


def read(corpus: Path, settings: TokenizerSettings) -> Iterator[Reading]:
    """Yield the documents of the Parquet shards in `corpus`, in their order, a few in memory at a time.

    Raises
    ------
    InputError
        If `corpus` holds no corpus.
    """
    shards = sorted(corpus.glob("part-*.parquet"))
    if not shards:
        raise InputError(f"{corpus}: no corpus here; run the ingest stage first")
    sources = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))["sources"]
    for shard in shards:
        with parquet.ParquetFile(shard) as file:
            for batch in file.iter_batches(batch_size=BATCH, columns=["source", "id", "text"]):
                for row in batch.to_pylist():
                    sentences = [part for line in row["text"].split("\n") for part in cut(line)]
                    name = f"{row['source']}/{row['id']}"
                    held_out = share("held out", name, settings.seed) < settings.held_out
                    times = 1 if held_out else repeats(sources[row["source"]]["weight"], name, settings.seed)
                    if sentences and times:
                        yield Reading(sentences, held_out, times)


def cut(line: str) -> Iterator[str]:
    """Yield `line`, or the parts of a long one, cut before a space where there is one; nothing if it is blank."""
    start = 0
    while start < len(line):
        stop = len(line)
        if stop - start > LONGEST:
            stop = line.rfind(" ", start + 1, start + LONGEST + 1)
            stop = stop if stop > 0 else start + LONGEST
        if part := line[start:stop].strip():
            yield part
        start = stop


def share(purpose: str, name: str, seed: int) -> float:
    """Return a number in [0, 1), drawn evenly and fixed by its arguments.

    A hash instead of a generator: a document keeps its draw when others come or go before it.
    """
    digest = hashlib.blake2b(f"{seed}/{purpose}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def repeats(weight: float, name: str, seed: int) -> int:
    """Return how often the document `name` is read, `weight` times in expectation."""
    whole = int(weight)
    return whole + (share("weight", name, seed) < weight - whole)
