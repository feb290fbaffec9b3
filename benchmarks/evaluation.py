"""Google analogies against gensim's evaluation, with the same answers; and all evaluations of a large model."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import gensim
import numpy as np
import numpy.typing as npt
import yaml
from gensim.models import KeyedVectors

from benchmarks import glove, stages
from benchmarks.lifted import lift
from benchmarks.measure import compare
from benchmarks.rows import Row
from benchmarks.workspace import ROOT
from embedsmith.embedding import Embedding
from embedsmith.evaluate.analogies import Analogies
from embedsmith.evaluate.dataset import DataSet
from embedsmith.metrics.similarity import unit

QUESTIONS, WORDS = 2_000, 40_000


def run() -> Iterator[Row]:
    """Yield the rows; takes some minutes."""
    words, rows = glove.vectors(glove.frequent(WORDS))
    yield _analogies(words, lift(rows), ">= 10x")
    yield _analogies(words, rows, None)
    yield from stages.rows()


def _analogies(words: list[str], matrix: npt.NDArray[np.float32], target: str | None) -> Row:
    """Return the row of the analogies, answered with these vectors: gensim's time is memory's where rows are long."""
    unset, own = (
        yaml.safe_load((ROOT / f"conf/dataset/{name}.yaml").read_text()) for name in ("unset", "google-analogies")
    )
    declared = unset | {key: value for key, value in own.items() if key != "defaults"}
    questions = _first(DataSet(**declared).read(), QUESTIONS)
    embedding = Embedding.dense(words, matrix)
    vectors = KeyedVectors(matrix.shape[1])
    vectors.add_vectors(words, matrix)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "questions.txt")
        path.write_text(questions)
        pinned = {"package": None, "version": None, "sha256": None, "platform": None, "member": None}
        items = Analogies.load(DataSet(**declared | pinned | {"path": str(path)}))
        scores = []
        found = compare(
            f"{QUESTIONS:,} analogies among {len(words):,} words x {matrix.shape[1]}, s",
            lambda: scores.append(items.outcomes(embedding.index, unit(embedding.matrix()))[:, 0]),
            lambda: scores.append(vectors.evaluate_word_analogies(str(path), restrict_vocab=len(words))[0]),
            peer_version=f"gensim {gensim.__version__}",
            pairs=3,
            target=target,
        )
    if abs(np.nanmean(scores[0]) - scores[1]) > 1e-9:
        sys.exit(f"accuracies differ: {np.nanmean(scores[0])} and gensim's {scores[1]}")
    return found


def _first(text: str, questions: int) -> str:
    """Return the first `questions` of the set, with the headings of their sections."""
    kept: list[str] = []
    for line in text.splitlines():
        if questions == 0:
            break
        questions -= not line.startswith(":")
        kept.append(line)
    return "\n".join(kept) + "\n"
