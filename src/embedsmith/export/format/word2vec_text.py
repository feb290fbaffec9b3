"""word2vec's text format, that of fastText's .vec files too: a header line, then a word and its values on each line."""

from __future__ import annotations

from pathlib import Path

from embedsmith.embedding import Embedding
from embedsmith.export.lines import write_rows

OPEN = "gensim.models.KeyedVectors.load_word2vec_format('{path}')"


def write(embedding: Embedding, path: Path) -> None:
    """Write the file `path`.

    Raises
    ------
    InputError
        If a word holds white space or a control character.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{len(embedding)} {embedding.dimension}\n")
        write_rows(embedding, file)
