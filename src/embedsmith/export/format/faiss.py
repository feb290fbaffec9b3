"""An index of faiss, exact: inner products with unit rows, which are cosines for a query of length 1."""

from __future__ import annotations

from pathlib import Path

from embedsmith.embedding import Embedding, vocabulary
from embedsmith.export.blocks import unit_blocks

OPEN = "faiss.read_index('{path}/index.faiss')"


def write(embedding: Embedding, path: Path) -> None:
    """Make the folder `path` of `index.faiss` and `words.txt`, in which row i is on line i + 1."""
    import faiss

    path.mkdir(parents=True)
    index = faiss.IndexFlatIP(embedding.dimension)
    for rows in unit_blocks(embedding):
        index.add(rows)
    faiss.write_index(index, str(path / "index.faiss"))
    (path / "words.txt").write_bytes(vocabulary.encode(embedding.words))
