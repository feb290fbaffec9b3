"""A pass over the corpus by several threads, its results in the order of the text."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from embedsmith.progress import progress
from embedsmith.tokenizer.documents import Chunk, read
from embedsmith.tokenizer.settings import TokenizerSettings

Result = TypeVar("Result")

AHEAD = 4
"""Chunks a thread that are begun or done before the oldest result is taken."""


def over(
    corpus: Path,
    settings: TokenizerSettings,
    label: str,
    work: Callable[[Chunk], Result],
    parts: Collection[bool] = (False, True),
) -> Iterator[tuple[Chunk, Result]]:
    """Yield what `work` makes of each chunk of the corpus, a few in memory at a time; show the progress as `label`.

    Parameters
    ----------
    parts
        Which chunks: False for those of the training text, True for those held out.
    """
    facts = corpus / "corpus.json"
    total = json.loads(facts.read_text(encoding="utf-8"))["documents"] if facts.exists() else 0
    done = 0
    begun: deque[tuple[Chunk, Future[Result]]] = deque()
    with progress(label, "documents", total) as report, ThreadPoolExecutor(settings.threads) as pool:
        try:
            for chunk in read(corpus, settings):
                done += len(np.unique(chunk.starts))
                if chunk.held_out in parts:
                    begun.append((chunk, pool.submit(work, chunk)))
                while len(begun) > AHEAD * settings.threads:
                    yield _first(begun)
                    report(done)
            while begun:
                yield _first(begun)
            report(done)
        finally:
            pool.shutdown(cancel_futures=True)


def _first(begun: deque[tuple[Chunk, Future[Result]]]) -> tuple[Chunk, Result]:
    chunk, future = begun.popleft()
    return chunk, future.result()
