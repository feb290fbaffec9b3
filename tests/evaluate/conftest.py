"""Data sets as files of the user's own, and a small embedding that knows some of the real sets' words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gensim.test.utils import datapath

from embedsmith.embedding import Embedding
from embedsmith.embedding.codec import Dense
from embedsmith.evaluate.agreement import Sample
from embedsmith.evaluate.analogies import Analogies
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.pairs import Pairs
from embedsmith.evaluate.similarity import Similarity, evaluate


@pytest.fixture
def declare(tmp_path):
    """Write `text` into a file and declare it as a data set."""

    def declare(name, text, kind="pairs", columns=None, sha256=None, omit=None):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return at(path, kind, columns, sha256, omit)

    return declare


def at(path, kind, columns=None, sha256=None, omit=None):
    return DataSet(
        kind=kind,
        package=None,
        version=None,
        sha256=sha256,
        platform=None,
        member=None,
        url=None,
        path=str(path),
        columns=columns,
        omit=omit,
        licence="none",
        reference="none",
        superseded_by=None,
    )


def structured_vectors(questions, dimension=30, noise=0.25, seed=0):
    """Words of the analogy `questions`, lower-cased, and vectors in which many of the offsets hold."""
    random = np.random.default_rng(seed)
    vectors: dict[str, np.ndarray] = {}
    offsets: dict[str, np.ndarray] = {}
    for section, words in questions:
        offset = offsets.setdefault(section, random.normal(size=dimension))
        for base, derived in (words[:2], words[2:]):
            if base.lower() not in vectors:
                vectors[base.lower()] = random.normal(size=dimension)
            if derived.lower() not in vectors:
                error = noise * random.normal(size=dimension)
                vectors[derived.lower()] = vectors[base.lower()] + offset + error
    return list(vectors), np.array(list(vectors.values()), dtype=np.float32)


class Letters:
    """A fallback whose units are the letters of a word."""

    kind = "letters"

    def __init__(self, letters, matrix):
        self.letters, self.codec = letters, Dense(np.asarray(matrix, dtype=np.float32))

    def units(self, word):
        return np.array([self.letters.index(letter) for letter in word if letter in self.letters], dtype=np.int64)


COMMON: dict[str, Any] = {
    **{"unknown": "fallback", "bands": [20, 100], "least": 20},
    **{"smoothing": None, "word_pattern": r"\S+", "lowercase": True},
    **{"agreement": Sample(words=20, neighbours=5, pairs=200)},
    **{"resamples": 200, "confidence": 0.95, "permutations": 500, "seed": 1, "threads": 1},
}


@pytest.fixture(scope="module")
def model():
    """Words of the real sets, and vectors that carry both some analogies and some human similarity."""
    analogies = Analogies.load(at(datapath("questions-words.txt"), "analogies"))
    words, vectors = structured_vectors(list(zip(analogies.sections, analogies.questions, strict=True)))
    index, rows = {word: row for row, word in enumerate(words)}, list(vectors)
    pairs = Pairs.load(at(datapath("wordsim353.tsv"), "pairs"))
    random = np.random.default_rng(1)
    for left, right, human in zip(pairs.left[:300], pairs.right[:300], pairs.human, strict=False):
        for word, pull in ((left.lower(), 0), (right.lower(), human / 10)):
            if word not in index:
                rows.append(random.normal(size=30) + pull * rows[index.get(left.lower(), 0)])
                index[word] = len(rows) - 1
    return Embedding.dense(list(index), np.array(rows, dtype=np.float32))


@pytest.fixture(scope="module")
def settings():
    return Similarity(
        sets={
            "wordsim353": at(datapath("wordsim353.tsv"), "pairs"),
            "google": at(datapath("questions-words.txt"), "analogies"),
        },
        intrinsic=["wordsim353", "google"],
        **COMMON,
    )


def scored(variants, settings, counts=None):
    return evaluate(variants, settings, counts or {})
