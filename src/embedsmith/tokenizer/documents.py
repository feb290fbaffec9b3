"""Reading the corpus: which documents are held out, and how often each of the others is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as parquet

from embedsmith.errors import InputError
from embedsmith.tokenizer.settings import TokenizerSettings

CHUNK = 1 << 20
"""Bytes of text that are read at a time by one thread."""

LONGEST = 4096
"""Characters of a sentence; a longer line is cut. Text without sentence ends stays text, and SentencePiece, which
drops long lines or takes minutes over them, stays quick."""


@dataclass(frozen=True)
class Chunk:
    """Documents of one part of the corpus, one after the other.

    Attributes
    ----------
    text
        (n,) uint8: UTF-8 in which they lie, other documents among them.
    starts, stops
        (d,) int64: first byte of each document, and the one after its last. One that is read twice is there twice.
    held_out
        Whether training must not see them.
    """

    text: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]
    held_out: bool

    def sentences(self) -> Iterator[list[str]]:
        """Yield the sentences of each document: its lines, none blank, none longer than LONGEST."""
        view = self.text.data
        for start, stop in zip(self.starts.tolist(), self.stops.tolist(), strict=True):
            yield [part for line in str(view[start:stop], "utf-8").split("\n") for part in cut(line)]


def read(corpus: Path, settings: TokenizerSettings) -> Iterator[Chunk]:
    """Yield the documents of the Parquet shards in `corpus`, in their order, a row group in memory at a time.

    Each is held out, and then read once, or read as often as the weight of its source says.

    Raises
    ------
    InputError
        If `corpus` holds no corpus, or one that is no text.
    """
    shards = sorted(corpus.glob("part-*.parquet"))
    if not shards:
        raise InputError(f"{corpus}: no corpus here; run the ingest stage first")
    sources = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))["sources"]
    weights = {name: float(source["weight"]) for name, source in sources.items()}
    for shard in shards:
        with parquet.ParquetFile(shard) as file:
            for group in range(file.num_row_groups):
                for batch in file.read_row_group(group, columns=["source", "id", "text"]).to_batches():
                    try:
                        batch.validate(full=True)
                    except pa.ArrowInvalid:
                        raise InputError(f"{shard}: holds text that is not UTF-8; run the ingest stage again") from None
                    yield from _chunks(batch, weights, settings)


def _chunks(batch: pa.RecordBatch, weights: Mapping[str, float], settings: TokenizerSettings) -> Iterator[Chunk]:
    """Yield the documents of `batch`, those held out apart from the others."""
    sources: list[str] = batch.column("source").to_pylist()
    names = [f"{source}/{id_}" for source, id_ in zip(sources, batch.column("id").to_pylist(), strict=True)]
    text, offsets = _strings(batch.column("text"))
    held_out = shares("held out", names, settings.seed) < settings.held_out
    times = repeats([weights[source] for source in sources], names, settings.seed)
    for part in (False, True):
        documents = np.flatnonzero(held_out) if part else np.repeat(np.arange(len(names)), np.where(held_out, 0, times))
        starts, stops = offsets[documents], offsets[documents + 1]
        cuts = np.flatnonzero(np.diff(np.cumsum(stops - starts) // CHUNK)) + 1
        for some in np.split(np.arange(len(documents)), cuts):
            if len(some):
                yield Chunk(text, starts[some], stops[some], part)


def _strings(column: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return the bytes of `column` (d,) as they lie in memory, and where each string begins, (d + 1,)."""
    column = column.cast(pa.large_string())
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(data if data and data.size else b"\0", dtype=np.uint8), ends


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


def shares(purpose: str, names: Sequence[str], seed: int) -> npt.NDArray[np.float64]:
    """Return for each of `names` a number in [0, 1), drawn evenly and fixed by its arguments, (d,).

    A hash instead of a generator: a document keeps its draw when others come or go before it.
    """
    drawn = [hashlib.blake2b(f"{seed}/{purpose}/{name}".encode(), digest_size=8).digest() for name in names]
    return np.frombuffer(b"".join(drawn), dtype=">u8") / 2.0**64


def repeats(weights: Sequence[float], names: Sequence[str], seed: int) -> npt.NDArray[np.int64]:
    """Return how often each of the documents `names` is read, `weights` times in expectation, (d,)."""
    weight = np.asarray(weights, dtype=np.float64)
    whole = np.floor(weight)
    if (whole == weight).all():
        return whole.astype(np.int64)
    return (whole + (shares("weight", names, seed) < weight - whole)).astype(np.int64)
