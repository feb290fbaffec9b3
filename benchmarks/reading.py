"""Reading an artifact against gensim's KeyedVectors and a plain numpy matrix, same words and vectors."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import gensim
import numpy as np
from gensim.models import KeyedVectors

import embedsmith
from benchmarks.measure import compare
from benchmarks.rows import Row
from embedsmith.compress.chain import apply, compose
from embedsmith.embedding import Embedding, save

WORDS, DIMENSION, READS = 50_000, 100, 10_000
GENSIM = f"gensim {gensim.__version__}"


def run() -> Iterator[Row]:
    """Yield the rows; takes a few seconds."""
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(WORDS)]
    matrix = rng.standard_normal((WORDS, DIMENSION), dtype=np.float32)
    asked = [words[i] for i in rng.integers(WORDS, size=READS)]
    rows = rng.integers(WORDS, size=READS)
    vectors = KeyedVectors(DIMENSION)
    vectors.add_vectors(words, matrix)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = Embedding.dense(words, matrix)
        save(plain, folder / "plain")
        save(apply(compose({"int8": {}}, "int8"), plain), folder / "int8")
        vectors.save(str(folder / "vectors.kv"))
        for variant in ("plain", "int8"):
            path = folder / variant
            loaded = embedsmith.load(path)
            yield compare(
                f"{variant}: load and first vector, s",
                lambda path=path: embedsmith.load(path)["word7"],
                lambda: KeyedVectors.load(str(folder / "vectors.kv"), mmap="r")["word7"],
                peer_version=GENSIM,
                pairs=15,
                target="< 0.05 s",
            )
            yield compare(
                f"{variant}: vectors by word, a second",
                lambda loaded=loaded: loaded.vectors(asked),
                lambda: vectors[asked],
                peer_version=GENSIM,
                pairs=15,
                amount=READS,
            )
            yield compare(
                f"{variant}: vectors by row, a second",
                lambda loaded=loaded: loaded.rows(rows),
                lambda: matrix[rows],
                peer_version=f"numpy {np.__version__}, in memory",
                pairs=15,
                amount=READS,
            )
            yield compare(
                f"{variant}: ten nearest, s",
                lambda loaded=loaded: loaded.nearest("word7", 10),
                lambda: vectors.most_similar("word7", topn=10),
                peer_version=GENSIM,
                pairs=15,
            )
