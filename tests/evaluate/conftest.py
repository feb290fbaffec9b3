"""Data sets as files of the user's own, and a small embedding that knows some of the real sets' words."""

from __future__ import annotations

import numpy as np
import pytest

from embedsmith.embedding.codec import Dense
from embedsmith.evaluate.dataset import DataSet


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
