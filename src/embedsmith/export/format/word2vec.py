"""word2vec's binary format: a header line, then each word, a space and its values as little-endian float32."""

from __future__ import annotations

from pathlib import Path

from embedsmith.embedding import Embedding
from embedsmith.export.blocks import blocks
from embedsmith.export.lines import require_unbroken

OPEN = "gensim.models.KeyedVectors.load_word2vec_format('{path}', binary=True)"


def write(embedding: Embedding, path: Path) -> None:
    """Write the file `path`, without a line break after each row, as gensim does.

    Raises
    ------
    InputError
        If a word holds white space or a control character.
    """
    require_unbroken(embedding.words)
    words = iter(embedding.words)
    with path.open("wb") as file:
        file.write(f"{len(embedding)} {embedding.dimension}\n".encode())
        for rows in blocks(embedding):
            file.writelines(f"{next(words)} ".encode() + row.astype("<f4").tobytes() for row in rows)
