"""Rows a block at a time: an embedding is never decoded whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from embedsmith.embedding import Embedding
from embedsmith.embedding.codec import Rows
from embedsmith.embedding.embedding import BLOCK


def blocks(embedding: Embedding) -> Iterator[Rows]:
    """Yield the rows in order, at most BLOCK at a time: (n, dimension)."""
    for start in range(0, len(embedding), BLOCK):
        yield embedding.codec.rows(slice(start, min(start + BLOCK, len(embedding))))


def unit_blocks(embedding: Embedding) -> Iterator[Rows]:
    """Yield the rows scaled to length 1, so that an inner product is a cosine; a zero row stays as it is."""
    for rows in blocks(embedding):
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        yield np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
