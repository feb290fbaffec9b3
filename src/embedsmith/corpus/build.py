"""Building the corpus: every source read, cleaned, deduplicated and written, one batch at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from embedsmith.corpus import sentences
from embedsmith.corpus.clean import normalise, strip_markup
from embedsmith.corpus.deduplicate import Deduplicator
from embedsmith.corpus.document import LONGEST, Document, Source
from embedsmith.corpus.settings import CorpusSettings
from embedsmith.corpus.shards import ShardWriter
from embedsmith.corpus.shingles import words
from embedsmith.corpus.tally import Tally, facts
from embedsmith.errors import InputError
from embedsmith.files import write_json
from embedsmith.progress import progress

_BATCH_DOCUMENTS = 256
_BATCH_CHARACTERS = 1 << 21


def build(sources: dict[str, Source], settings: CorpusSettings, local: Path, out: Path) -> dict[str, float]:
    """Read `sources` and write the corpus: Parquet shards (`embedsmith.corpus.shards`) and ``corpus.json``.

    Parameters
    ----------
    sources
        By name, in the order in which they are read; of two copies the earlier stays.
    settings
        What counts as a copy.
    local
        The folder of the user's own files.
    out
        The folder to write into; it exists and is empty.

    Returns
    -------
    dict
        What may differ between two equal runs: ``seconds``, ``documents_per_second`` (read) and ``words_per_second``
        (kept).

    Raises
    ------
    InputError
        If a source cannot be read, or holds no text.
    """
    started = time.perf_counter()
    deduplicator = Deduplicator(settings.deduplicate)
    tallies: dict[str, Tally] = {}
    described: dict[str, Any] = {}
    with ShardWriter(out) as writer, progress("ingest", "documents", None) as report:
        for name, source in sources.items():
            tally = tallies[name] = Tally()
            try:
                for batch in _batches(islice(source.read(local), source.limit)):
                    _add(batch, name, tally, deduplicator, writer)
                    report(sum(each.read for each in tallies.values()), name)
                if not tally.documents + tally.exact + tally.near:
                    raise InputError(f"none of its {tally.read} documents holds text" if tally.read else "is empty")
                pin = source.fingerprint(local)
            except InputError as error:
                raise InputError(f"source {name}: {error}") from error
            described[name] = {**facts([tally]), "licence": source.licence, "weight": source.weight, "sha256": pin}
    for name, tally in tallies.items():
        tally.warn(name)
    corpus = {**facts(tallies.values()), "sources": described}
    write_json(out / "corpus.json", corpus)
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "documents_per_second": sum(tally.read for tally in tallies.values()) / seconds,
        "words_per_second": corpus["words"] / seconds,
    }


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield documents in batches that are bounded in number and length."""
    batch: list[Document] = []
    characters = 0
    for document in documents:
        if len(document.text) > LONGEST:
            raise InputError(f"{document.id}: is longer than {LONGEST} characters; split it into several documents")
        batch.append(document)
        characters += len(document.text)
        if len(batch) == _BATCH_DOCUMENTS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _add(batch: list[Document], source: str, tally: Tally, deduplicator: Deduplicator, writer: ShardWriter) -> None:
    """Clean a batch of documents and write those that are new."""
    texts, names, dates = [], [], []
    for document in batch:
        date = tally.count_read(document)
        text = "\n".join(sentences.split(normalise(strip_markup(document.text))))
        if not text:
            tally.empty += 1
            continue
        texts.append(text)
        names.append(" ".join(normalise(document.id).split()))
        dates.append(date)
    found = [words(text) for text in texts]
    verdicts = deduplicator.judge(texts, found)
    for name, text, date, in_text, verdict in zip(names, texts, dates, found, verdicts, strict=True):
        tally.count_judged(verdict, text, in_text, date)
        if verdict == "new":
            writer.write(source, name, date, text)
