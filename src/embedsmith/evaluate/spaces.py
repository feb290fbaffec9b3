"""Each variant as a space of unit vectors, and what the items of data sets come to in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import Embedding
from embedsmith.evaluate.items import Items
from embedsmith.evaluate.parallel import of_each
from embedsmith.evaluate.terms import Weights
from embedsmith.evaluate.vectors import Vectors, gather, unit_rows
from embedsmith.metrics.similarity import Floats, Unit, unit

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Space:
    """Vectors of one variant, and the same at length 1."""

    vectors: Vectors
    unit_rows: Unit


@dataclass(frozen=True)
class Answers:
    """Of n items in each of S spaces.

    Attributes
    ----------
    outcomes
        (n, S, M) by each of M measures, NaN for an unknown item.
    composed
        (n, S) which rest on the vector of a word outside the vocabulary.
    averaged
        (n, S) which rest on the mean of several vectors.
    """

    outcomes: Floats
    composed: Marks
    averaged: Marks

    def known(self, place: int) -> int:
        """Count the known items in one space."""
        return int((~np.isnan(self.outcomes[:, place, 0])).sum())

    def of(self, items: Marks) -> Answers:
        """Return those of the marked `items` (n,) alone."""
        return Answers(self.outcomes[items], self.composed[items], self.averaged[items])


def answer(
    variants: Mapping[str, Embedding], sets: Mapping[str, Items], *, compose: bool, weights: Weights, threads: int
) -> dict[str, Answers]:
    """Return the answers of every variant, and last of the untouched model, centred, to each set.

    A question that a word of the vocabulary answers is known to every variant if the untouched model knows it.

    Parameters
    ----------
    variants
        By name; the first is the untouched model.
    compose
        Whether words outside the vocabulary are composed of their parts where the embedding can.
    weights
        Of the words of a term that has no vector of its own.
    threads
        Of BLAS; fixed, because results change with it.
    """
    terms = terms_of(sets)

    def answered(name: str | None) -> list[tuple[Floats, Marks, Marks]]:
        embedding = untouched if name is None else variants[name]
        vectors = gather(embedding, terms, compose=compose, weights=weights)
        space = _centred(vectors) if name is None else Space(vectors, unit_rows(name, vectors.matrix))
        return [_answered(items, space) for items in sets.values()]

    untouched = next(iter(variants.values()))
    by_space = of_each(answered, [*variants, None], threads)
    answers = {
        name: Answers(*(np.stack(part, axis=1) for part in zip(*of_set, strict=True)))
        for name, of_set in zip(sets, zip(*by_space, strict=True), strict=True)
    }
    return {name: _lost(found) if sets[name].of_vocabulary else found for name, found in answers.items()}


def _lost(answers: Answers) -> Answers:
    """Count as answered wrongly what the untouched model knows and a variant does not, for it has fewer words.

    Left out, the questions of frequent words, which are easier, would be a variant's own measure.
    """
    lost = np.isnan(answers.outcomes) & ~np.isnan(answers.outcomes[:, :1])
    return replace(answers, outcomes=np.where(lost, 0.0, answers.outcomes))


def terms_of(sets: Mapping[str, Items]) -> dict[str, bool]:
    """Return every term that needs a vector, and whether all sets that have it leave out its words without one."""
    terms: dict[str, bool] = {}
    for items in sets.values():
        for item in () if items.of_vocabulary else items.items:
            for term in item:
                terms[term] = items.partial and terms.get(term, True)
    return terms


def _centred(vectors: Vectors) -> Space:
    mean = vectors.matrix[: len(vectors.vocabulary)].mean(axis=0, dtype=np.float64).astype(np.float32)
    # What is composed is a mean of rows: less the mean of the vocabulary, it is composed of centred rows.
    centred = replace(vectors, matrix=vectors.matrix - mean)
    return Space(centred, unit(centred.matrix))


def _answered(items: Items, space: Space) -> tuple[Floats, Marks, Marks]:
    """Outcomes of the items (n, M), which of them rest on a composed vector (n,), and which on a mean (n,)."""
    vectors = space.vectors
    if items.of_vocabulary:
        none = np.zeros(len(items), dtype=np.bool_)
        return items.outcomes(vectors.vocabulary, space.unit_rows[: len(vectors.vocabulary)]), none, none
    outcomes = items.outcomes(vectors.terms, space.unit_rows)
    known = ~np.isnan(outcomes[:, 0])
    composed, averaged = (
        np.asarray([not kind.isdisjoint(item) for item in items.items], dtype=np.bool_) & known
        for kind in (vectors.composed, vectors.averaged)
    )
    return outcomes, composed, averaged
