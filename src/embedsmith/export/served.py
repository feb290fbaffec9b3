"""How an exported model of MLflow answers: its loader module, which goes into the model beside the reader.

It takes a table with the column `word`, and answers a row a word with the column `vector`: a list of numbers, those of
an unseen word composed where the embedding has what it takes, or null for a word that has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedsmith.embedding import Embedding, load

if TYPE_CHECKING:
    import pandas as pd

WORD = "word"
VECTOR = "vector"


class Vectors:
    """What MLflow asks for predictions."""

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding

    def predict(self, table: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Return the vector of each word of `table`, in its order."""
        import pandas as pd

        words = table[WORD].tolist()
        found = [word for word in dict.fromkeys(words) if isinstance(word, str) and self._has(word)]
        vectors = dict(zip(found, self._embedding.vectors(found).tolist(), strict=True))
        return pd.DataFrame({VECTOR: [vectors.get(word) for word in words]}, index=table.index, dtype=object)

    def _has(self, word: str) -> bool:
        return word in self._embedding or self._embedding.composes(word)


def _load_pyfunc(path: str) -> Vectors:
    """Open the embedding in the folder `path`; the name is MLflow's."""
    return Vectors(load(path))
