"""Analogies: what the geometry of an embedding answers to "a is to b as c is to ?"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from embedsmith.metrics.similarity import Floats, Ids, Unit, cosine

BLOCK = 64
"""Questions answered at a time,"""
SLICE = 8192
"""and the part of the vocabulary searched at a time: their scores stay in the processor's cache."""
EPSILON = 0.001
"""What keeps 3CosMul from dividing by 0 (Levy & Goldberg 2014)."""
ROUNDING = 1e-3
"""How much larger a score must be to be so whatever was rounded: 3CosMul may divide errors by EPSILON."""


def three_cos(unit_rows: Unit, a: Ids, b: Ids, c: Ids, expected: Ids | None = None) -> tuple[Ids, Ids]:
    """Answer "a is to b as c is to ?" over the whole vocabulary, by 3CosAdd and by 3CosMul.

    3CosAdd is the row nearest to b - a + c (Mikolov, Yih & Zweig 2013, "Linguistic Regularities in Continuous Space
    Word Representations"). 3CosMul is that of the greatest cos(x, b) cos(x, c) / (cos(x, a) + epsilon), cosines shifted
    to lie between 0 and 1, by which no one of the three outweighs the others (Levy & Goldberg 2014, "Linguistic
    Regularities in Sparse and Explicit Word Representations"). The three input words are never the answer.
    Of equal rows the first wins.

    Parameters
    ----------
    unit_rows
        (V, d) unit vectors, V at least 4.
    a, b, c
        (n,) rows of the input words.
    expected
        (n,) rows, where only these matter: a question is searched no further once another row has outdone its own.
        Whether an answer is the expected one is exact; an answer that is not may have others above it.

    Returns
    -------
    (n,) rows of the answers, by each.
    """
    # Questions share few words (15,000 of the Google set use 800): cosines of these with the vocabulary, added or
    # multiplied, cost far less than a product of every question with it. Slices of the vocabulary keep them in cache.
    words, places = np.unique(np.stack([a, b, c]), return_inverse=True)
    place = places.reshape(3, a.size)
    order = np.lexsort(place[:2])  # what share a and b beside each other: these are subtracted or divided once for all
    place, ids = place[:, order], np.stack([a, b, c])[:, order]
    enough = np.full((2, a.size), np.inf)
    if expected is not None:
        scores = _scores(unit_rows, ids, expected[order])
        enough = scores + ROUNDING * (1 + np.abs(scores))
    answers = np.zeros((2, a.size), dtype=np.int64)
    best = np.full((2, a.size), -np.inf, dtype=np.float32)
    for first in range(0, len(unit_rows), SLICE):
        cosines = unit_rows[words] @ unit_rows[first : first + SLICE].T
        for measure in (0, 1):
            asked = np.flatnonzero(best[measure] <= enough[measure])
            found, top = _searched(cosines, place[:, asked], ids[:, asked] - first, product=measure == 1)
            better = top > best[measure, asked]
            answers[measure, asked[better]] = found[better] + first
            best[measure, asked[better]] = top[better]
            if measure == 0:
                cosines = (1 + cosines) / 2
    answers[:, order] = answers.copy()
    return answers[0], answers[1]


def _scores(unit_rows: Unit, ids: Ids, rows: Ids) -> Floats:
    """Score of row `rows[i]` as an answer to the question of the words `ids` (3, n), (2, n), by each measure."""
    a, b, c = (cosine(unit_rows, words, rows) for words in ids)
    shifted_a, shifted_b, shifted_c = ((1 + each) / 2 for each in (a, b, c))
    return np.stack([b - a + c, shifted_b * shifted_c / (shifted_a + EPSILON)])


def _searched(cosines: Unit, place: Ids, columns: Ids, *, product: bool) -> tuple[Ids, Unit]:
    """Return the column of the best answer to each of n questions, (n,), and its score, (n,).

    Parameters
    ----------
    cosines
        (w, s) of the questions' words with a slice of the vocabulary; shifted, for a `product`.
    place, columns
        (3, n) rows of each question's words in `cosines`, sorted by the first two, and their columns, which are no
        answers, where they lie in this slice.
    """
    n = place.shape[1]
    found, top = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.float32)
    own = (columns >= 0) & (columns < cosines.shape[1])
    for block in _blocks(place):
        of_a, of_b, of_c = place[0, block.start], place[1, block.start], place[2, block]
        scores = cosines[of_c]
        if product:
            scores *= cosines[of_b] / (cosines[of_a] + np.float32(EPSILON))
        else:
            scores += cosines[of_b] - cosines[of_a]
        which, question = np.nonzero(own[:, block])
        scores[question, columns[:, block][which, question]] = -np.inf
        found[block] = scores.argmax(axis=1)
        top[block] = scores[np.arange(len(scores)), found[block]]
    return found, top


def _blocks(place: Ids) -> Iterator[slice]:
    """Yield the questions in blocks that share a and b, of their sorted places (3, n)."""
    n = place.shape[1]
    new = np.flatnonzero((place[:2, 1:] != place[:2, :-1]).any(axis=0)) + 1
    for start, end in pairwise([0, *new.tolist(), n]) if n else ():
        yield from (slice(begin, min(begin + BLOCK, end)) for begin in range(start, end, BLOCK))
