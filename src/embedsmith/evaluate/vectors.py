"""What protocols ask of an embedding: the rows of words and of composed terms, and vectors free of NaN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.terms import Weights, parts
from embedsmith.metrics.similarity import Ids, Unit, unit


def rows(words: Iterable[str], index: Mapping[str, int]) -> Ids:
    """Row of each word in the vocabulary, -1 for an unknown one.

    A word is looked up as it is written, then lower-cased: sets write `Athens`, and most vocabularies are
    lower-case.
    """
    words = list(words)
    found = {word: index.get(word, index.get(word.lower(), -1)) for word in dict.fromkeys(words)}
    return np.asarray([found[word] for word in words], dtype=np.int64)


def unit_rows(variant: str, vectors: npt.ArrayLike) -> Unit:
    """Return the `vectors` (n, d) of `variant` at length 1; zero rows stay zero.

    Raises
    ------
    InputError
        If a value is not finite, naming the variant.
    """
    try:
        return unit(vectors)
    except ValueError as error:
        raise InputError(f"variant {variant!r}: {error}; train again with a lower learning rate") from None


@dataclass(frozen=True)
class Vectors:
    """The vocabulary of an embedding, and below it the terms of data sets that are no word of it.

    Attributes
    ----------
    matrix
        (V + n, d): the V rows of the vocabulary, then those of n composed terms.
    vocabulary
        Row of each word.
    terms
        Row of each term that has a vector.
    composed
        The terms in which a word outside the vocabulary was composed of its parts.
    averaged
        The terms whose vector is the mean of several.
    """

    matrix: npt.NDArray[np.float32]
    vocabulary: Mapping[str, int]
    terms: Mapping[str, int]
    composed: frozenset[str]
    averaged: frozenset[str]


def gather(embedding: Embedding, terms: Mapping[str, bool], *, compose: bool, weights: Weights) -> Vectors:
    """Find the vectors of `terms`; one that has none is left out.

    A term of several words ("high blood pressure") has the vector of its phrase where the vocabulary has that as one
    token (`high_blood_pressure`), else the mean, by `weights`, of those of the longest phrases and the words that it
    has. A word outside the vocabulary has a vector where the embedding can compose it and `compose` asks for it.

    Parameters
    ----------
    terms
        Each with whether words without a vector are left out of its mean, as of a sentence. If not, a term of which any
        word has no vector has none.
    """
    vocabulary = {word: row for row, word in enumerate(embedding.words)}  # all are asked for: decoded once
    spell = _Spelling(embedding, vocabulary, compose=compose)
    found: dict[str, int] = {}
    below: list[npt.NDArray[np.float32]] = []
    composed, averaged = set(), set()
    for term, partial in terms.items():
        spelt = [spell(part) for part in parts(term, vocabulary)]
        known = [part for part in spelt if part is not None]
        if not known or (len(known) < len(spelt) and not partial):
            continue
        if len(known) == 1 and known[0] in vocabulary:
            found[term] = vocabulary[known[0]]
            continue
        found[term] = len(embedding) + len(below)
        below.append(_mean(embedding.vectors(known), [weights(part) for part in known]))
        if not all(part in vocabulary for part in known):
            composed.add(term)
        if len(known) > 1:
            averaged.add(term)
    matrix = embedding.matrix()
    whole = np.concatenate([matrix, np.stack(below)]) if below else matrix
    return Vectors(whole, vocabulary, found, frozenset(composed), frozenset(averaged))


def _mean(vectors: npt.NDArray[np.float32], weights: Sequence[float]) -> npt.NDArray[np.float32]:
    return np.average(vectors, axis=0, weights=weights).astype(np.float32)


class _Spelling:
    """How the embedding spells a word of a data set; None for a word that it has no vector of."""

    def __init__(self, embedding: Embedding, vocabulary: Mapping[str, int], *, compose: bool) -> None:
        self._embedding = embedding
        self._vocabulary = vocabulary
        self._compose = compose
        # Parts of a capital letter say nothing of a word where all that was read is lower-case.
        self._lower = all(word == word.lower() for word in vocabulary)

    def __call__(self, word: str) -> str | None:
        for spelt in (word, word.lower()):
            if spelt in self._vocabulary:
                return spelt
        spelt = word.lower() if self._lower else word
        return spelt if self._compose and self._embedding.composes(spelt) else None
