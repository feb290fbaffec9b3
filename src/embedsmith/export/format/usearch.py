"""An index of usearch (HNSW): distances are 1 - inner product with unit rows, 1 - cosine for a query of length 1."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embedsmith.embedding import Embedding, vocabulary
from embedsmith.export.blocks import unit_blocks

OPEN = "usearch.index.Index.restore('{path}/index.usearch')"


def write(embedding: Embedding, path: Path) -> None:
    """Make the folder `path` of `index.usearch`, whose keys are row numbers, and `words.txt`, row i on line i + 1.

    Rows are added by one thread: several would build another graph each time.
    """
    from usearch.index import Index

    path.mkdir(parents=True)
    index = Index(ndim=embedding.dimension, metric="ip", dtype="f32")
    for rows in unit_blocks(embedding):
        index.add(np.arange(len(index), len(index) + len(rows), dtype=np.uint64), rows, threads=1)
    index.save(str(path / "index.usearch"))
    (path / "words.txt").write_bytes(vocabulary.encode(embedding.words))
