"""An index of another program, to find neighbours in a large vocabulary without comparing every row.

`embedsmith export` writes them: folders of an index and of `words.txt`, its words in the order of their rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import vocabulary
from embedsmith.embedding.codec import Rows
from embedsmith.embedding.errors import FormatError

WORDS = "words.txt"

Search = Callable[[Rows, int], npt.NDArray[np.int64]]
"""From a query of length 1, (dimension,), and how many rows to find, to their numbers; -1 where one is missing."""


@dataclass(frozen=True, repr=False)
class Index:
    """What finds candidates; `Embedding.nearest` compares them by its own vectors.

    Attributes
    ----------
    words
        The word of each row.
    dimension
        Values in a vector.
    search
        Finds rows.
    """

    words: Sequence[str]
    dimension: int
    search: Search

    def __repr__(self) -> str:
        return f"<Index: {len(self.words):,} words x {self.dimension}>"

    def candidates(self, query: Rows, count: int) -> npt.NDArray[np.int64]:
        """Return the rows, ascending and at most `count`, that are found to be nearest to `query`, of length 1."""
        if query.shape != (self.dimension,):
            raise ValueError(f"an index of {self.dimension} dimensions for vectors of {len(query)}")
        rows = self.search(query, min(count, len(self.words)))
        return np.sort(rows[rows >= 0])


def load_index(folder: str | Path) -> Index:
    """Open an index that `embedsmith export ARTIFACT faiss OUT`, or `usearch` in place of `faiss`, wrote to `folder`.

    The index of usearch stays on the disk, memory-mapped.

    Raises
    ------
    FormatError
        If there is none, or its files are not of each other.
    ImportError
        If the package that reads it is not installed.
    """
    folder = Path(folder)
    kind = next((kind for kind in KINDS if (folder / f"index.{kind}").is_file()), None)
    if kind is None:
        raise FormatError(f"{folder}: holds no index; `embedsmith export ARTIFACT usearch OUT` writes one")
    path = folder / f"index.{kind}"
    try:
        rows, dimension, search = KINDS[kind](path)
    except ModuleNotFoundError as error:
        raise ImportError(f"{error.name} is missing; pip install 'embedsmith[export]'") from None
    except (RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise FormatError(f"{path}: not an index ({error}); export it again".replace("\n", " ")) from None
    try:
        words = vocabulary.decode((folder / WORDS).read_bytes(), "words")
    except (OSError, ValueError) as error:
        raise FormatError(f"{folder / WORDS}: cannot be read ({error}); export the index again") from None
    if len(words) != rows:
        raise FormatError(f"{folder}: {len(words)} words for {rows} rows; export the index again")
    return Index(words, dimension, search)


def _faiss(path: Path) -> tuple[int, int, Search]:
    import faiss

    index = faiss.read_index(str(path))

    def search(query: Rows, count: int) -> npt.NDArray[np.int64]:
        rows: npt.NDArray[np.int64] = index.search(query[None], count)[1][0]
        return rows

    return index.ntotal, index.d, search


def _usearch(path: Path) -> tuple[int, int, Search]:
    from usearch.index import Index as Graph

    graph = Graph.restore(str(path), view=True)
    if graph is None:
        raise ValueError("usearch cannot read it")

    def search(query: Rows, count: int) -> npt.NDArray[np.int64]:
        return np.asarray(graph.search(query, count).keys).astype(np.int64)

    return len(graph), graph.ndim, search


KINDS: dict[str, Callable[[Path], tuple[int, int, Search]]] = {"faiss": _faiss, "usearch": _usearch}
"""By the end of the file's name: rows, dimension, and how to search."""
