"""Each variant as a space of unit vectors, and what the items of data sets come to in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import Embedding
from embedsmith.evaluate.analogies import Analogies
from embedsmith.evaluate.pairs import Pairs
from embedsmith.evaluate.vectors import Vectors, gather, unit_rows
from embedsmith.metrics.similarity import Floats, Unit, unit


@dataclass(frozen=True)
class Space:
    """Vectors of one variant, and the same at length 1."""

    vectors: Vectors
    unit_rows: Unit


@dataclass(frozen=True)
class Answers:
    """Of n items in each of S spaces: outcomes (n, S), NaN for an unknown item, and which rest on a composed vector."""

    outcomes: Floats
    composed: npt.NDArray[np.bool_]

    def known(self, place: int) -> int:
        """Count the known items in one space."""
        return int((~np.isnan(self.outcomes[:, place])).sum())

    def of(self, items: npt.NDArray[np.bool_]) -> Answers:
        """Return those of the marked `items` (n,) alone."""
        return Answers(self.outcomes[items], self.composed[items])


def answer(
    variants: Mapping[str, Embedding], sets: Mapping[str, Pairs | Analogies], *, compose: bool
) -> dict[str, Answers]:
    """Return the answers of every variant, and last of the untouched model, centred, to each set.

    A question of analogies is known to every variant if the untouched model knows it.

    Parameters
    ----------
    variants
        By name; the first is the untouched model.
    compose
        Whether words outside the vocabulary are composed of their parts where the embedding can.
    """
    # Set by set of what a space gives, so that one space at a time is in memory.
    by_space = [
        [_answered(items, space) for items in sets.values()] for space in _spaces(variants, sets, compose=compose)
    ]
    answers = {
        name: Answers(*(np.column_stack(part) for part in zip(*of_set, strict=True)))
        for name, of_set in zip(sets, zip(*by_space, strict=True), strict=True)
    }
    return {name: _lost(found) if isinstance(sets[name], Analogies) else found for name, found in answers.items()}


def _lost(answers: Answers) -> Answers:
    """Count as answered wrongly what the untouched model knows and a variant does not, for it has fewer words.

    Left out, the questions of frequent words, which are easier, would be a variant's own measure.
    """
    lost = np.isnan(answers.outcomes) & ~np.isnan(answers.outcomes[:, :1])
    return replace(answers, outcomes=np.where(lost, 0.0, answers.outcomes))


def _spaces(
    variants: Mapping[str, Embedding], sets: Mapping[str, Pairs | Analogies], *, compose: bool
) -> Iterator[Space]:
    pairs = [items for items in sets.values() if isinstance(items, Pairs)]
    terms = dict.fromkeys(term for items in pairs for pair in items.items for term in pair)
    for name, embedding in variants.items():
        vectors = gather(embedding, terms, compose=compose)
        yield Space(vectors, unit_rows(name, vectors.matrix))
    untouched = gather(next(iter(variants.values())), terms, compose=compose)
    mean = untouched.matrix[: len(untouched.vocabulary)].mean(axis=0, dtype=np.float64).astype(np.float32)
    # What is composed is a mean of rows: less the mean of the vocabulary, it is composed of centred rows.
    centred = replace(untouched, matrix=untouched.matrix - mean)
    yield Space(centred, unit(centred.matrix))


def _answered(items: Pairs | Analogies, space: Space) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Outcomes of the items (n,), and which of them rest on a composed vector (n,)."""
    if isinstance(items, Analogies):  # answered by a word of the vocabulary: nothing is composed
        vocabulary = space.vectors.vocabulary
        return items.outcomes(vocabulary, space.unit_rows[: len(vocabulary)]), np.zeros(len(items), dtype=np.bool_)
    outcomes = items.outcomes(space.vectors.terms, space.unit_rows)
    composed = np.asarray([not space.vectors.composed.isdisjoint(pair) for pair in items.items])
    return outcomes, composed & ~np.isnan(outcomes)
