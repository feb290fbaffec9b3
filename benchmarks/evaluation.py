"""Google analogies against gensim's evaluation: the same questions, vectors and answers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import gensim
import numpy as np
import yaml
from gensim.models import KeyedVectors

from benchmarks.measure import compare
from benchmarks.rows import Row
from benchmarks.workspace import ROOT
from embedsmith.embedding import Embedding
from embedsmith.evaluate.analogies import Analogies
from embedsmith.evaluate.dataset import DataSet
from embedsmith.metrics.similarity import unit

QUESTIONS, OTHERS, DIMENSION = 2_000, 40_000, 100


def run() -> Iterator[Row]:
    """Yield the row; takes about a minute, nearly all of it the peer's."""
    unset, own = (
        yaml.safe_load((ROOT / f"conf/dataset/{name}.yaml").read_text()) for name in ("unset", "google-analogies")
    )
    declared = unset | {key: value for key, value in own.items() if key != "defaults"}
    questions = _first(DataSet(**declared).read(), QUESTIONS)
    own = sorted({word.lower() for line in questions.splitlines() if line[0] != ":" for word in line.split()})
    words = own + [f"other{i}" for i in range(OTHERS)]
    matrix = np.random.default_rng(0).standard_normal((len(words), DIMENSION), dtype=np.float32)
    embedding = Embedding.dense(words, matrix)
    vectors = KeyedVectors(DIMENSION)
    vectors.add_vectors(words, matrix)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "questions.txt")
        path.write_text(questions)
        pinned = {"package": None, "version": None, "sha256": None, "platform": None, "member": None}
        items = Analogies.load(DataSet(**declared | pinned | {"path": str(path)}))
        yield compare(
            f"{QUESTIONS} analogies among {len(words)} words, s",
            lambda: items.outcomes(embedding.index, unit(embedding.matrix())),
            lambda: vectors.evaluate_word_analogies(str(path), restrict_vocab=len(words)),
            peer_version=f"gensim {gensim.__version__}",
            pairs=3,
            target=">= 10x",
        )


def _first(text: str, questions: int) -> str:
    """Return the first `questions` of the set, with the headings of their sections."""
    kept: list[str] = []
    for line in text.splitlines():
        if questions == 0:
            break
        questions -= not line.startswith(":")
        kept.append(line)
    return "\n".join(kept) + "\n"
