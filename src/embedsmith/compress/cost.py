"""What a variant costs: bytes on disk, and the time that reading takes."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from embedsmith.embedding import Embedding, describe, load
from embedsmith.embedding.artifact import words_file

READS = 20_000
"""Rows of one timing: long against the clock's grain, short against the stage."""


def size(folder: Path) -> dict[str, int]:
    """Return the bytes on disk of the artifact in `folder`, its parts apart, and its shape.

    `model_bytes` is the file of the words' rows with all that decodes them; `vocabulary_bytes` the words themselves;
    `fallback_bytes` all that vectors of unseen words are composed of, 0 without; `bytes` is every file of the folder.
    """
    embedding = load(folder)
    return {
        "bytes": sum(file.stat().st_size for file in folder.iterdir()),
        "model_bytes": (folder / "embedding.safetensors").stat().st_size,
        "vocabulary_bytes": (folder / words_file(describe(folder)["format"])).stat().st_size,
        "fallback_bytes": sum(file.stat().st_size for file in folder.glob("fallback.*")),
        "dimension": embedding.dimension,
        "words": len(embedding),
    }


def rows_per_second(embedding: Embedding) -> float:
    """Return how many random rows a second are decoded, one look-up of `READS` rows."""
    ids = np.random.default_rng(0).integers(len(embedding), size=READS)
    embedding.rows(ids)  # the first reading takes the pages from the disk
    start = time.perf_counter()
    embedding.rows(ids)
    return round(READS / (time.perf_counter() - start))
