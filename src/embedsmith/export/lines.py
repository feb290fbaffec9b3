"""Words and values on lines, as word2vec and GloVe write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.export.blocks import blocks

BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
"""White space of any script and control characters: where one reader or another ends a word."""


def require_unbroken(words: Iterable[str]) -> None:
    """Check that no word holds a space or a control character, for which the formats have no escape.

    Raises
    ------
    InputError
        Naming the first word that does.
    """
    for word in words:
        if BLANK.search(word):
            raise InputError(
                f"the word {word!r} holds white space or a control character, which this format cannot write;"
                " export to faiss or usearch"
            )


def write_rows(embedding: Embedding, file: IO[str]) -> None:
    """Write each word and its values on a line, in the nine digits that tell any float32 from its neighbours."""
    require_unbroken(embedding.words)
    line = "%s" + " %.9g" * embedding.dimension + "\n"
    words = iter(embedding.words)
    for rows in blocks(embedding):
        file.writelines(line % (next(words), *row) for row in rows.tolist())
