"""Measures of groups of people and neutral words: what each asks for, and the statistic that its score is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embedsmith.evaluate.bias.space import Estimate, Found, Space
from embedsmith.metrics.bias.direct import direct_biases
from embedsmith.metrics.bias.direction import pair_direction
from embedsmith.metrics.bias.ect import group_cosines
from embedsmith.metrics.bias.mac import mean_cosine_distances
from embedsmith.metrics.bias.ripa import inner_products
from embedsmith.metrics.bias.rnd import relative_norm_distances
from embedsmith.metrics.bias.rnsb import divergence_of_resamples, negative_probabilities
from embedsmith.metrics.similarity import spearman_of_resamples


@dataclass(frozen=True)
class Subject:
    """What an audit asks about.

    Attributes
    ----------
    groups
        Words of every group.
    compared
        Words of the two that are compared.
    pairs
        Definitional pairs.
    neutral
        Words that should be the same to all.
    attributes
        Lists of attributes.
    sentiment
        Positive and negative words.
    strictness
        Exponent of the direct bias.
    """

    groups: Sequence[Sequence[str]]
    compared: Sequence[Sequence[str]]
    pairs: Sequence[Sequence[str]]
    neutral: Sequence[str]
    attributes: Sequence[Sequence[str]]
    sentiment: Sequence[Sequence[str]]
    strictness: float


Asked = tuple[Found, Callable[[], Estimate]]
"""The words that were looked up, and what makes the score of them, to be called if enough are known."""


def rnd(space: Space, subject: Subject) -> Asked:
    """Mean relative norm distance: above 0 where neutral words are nearer to the second group."""
    found = space.find(*subject.compared, subject.neutral)

    def estimate() -> Estimate:
        first, second, neutral = map(space.unit, found.ids)
        return Estimate.mean(relative_norm_distances(neutral, first, second))

    return found, estimate


def ect(space: Space, subject: Subject) -> Asked:
    """Embedding coherence: 1 where two groups order the neutral words alike."""
    found = space.find(*subject.compared, subject.neutral)

    def estimate() -> Estimate:
        first, second, neutral = map(space.unit, found.ids)
        of_first, of_second = group_cosines(neutral, first), group_cosines(neutral, second)
        return Estimate(lambda counts: spearman_of_resamples(of_first, of_second, counts), len(neutral))

    return found, estimate


def mac(space: Space, subject: Subject) -> Asked:
    """Mean average cosine distance of all groups' words from the attributes: 1 where they are unrelated."""
    found = space.find(*subject.groups, *subject.attributes)

    def estimate() -> Estimate:
        targets = np.concatenate(found.ids[: len(subject.groups)])
        attributes = [space.unit(ids) for ids in found.ids[len(subject.groups) :]]
        return Estimate.mean(mean_cosine_distances(space.unit(targets), attributes))

    return found, estimate


def rnsb(space: Space, subject: Subject) -> Asked:
    """Divergence from uniform of the negative sentiment of all groups' words: 0 where all are as negative."""
    found = space.find(*subject.groups, *subject.sentiment)

    def estimate() -> Estimate:
        *groups, positive, negative = map(space.unit, found.ids)
        probabilities = negative_probabilities(np.concatenate(groups), positive, negative)
        return Estimate(lambda counts: divergence_of_resamples(probabilities, counts), probabilities.size)

    return found, estimate


def ripa(space: Space, subject: Subject) -> Asked:
    """Mean inner product of neutral words with the relation of the pairs: above 0 where they go with the first."""
    first, second, found = _of_pairs(space, subject)

    def estimate() -> Estimate:
        relation = pair_direction(space.embedding.rows(first), space.embedding.rows(second))
        return Estimate.mean(inner_products(space.embedding.rows(found.ids[1]), relation))

    return found, estimate


def direct(space: Space, subject: Subject) -> Asked:
    """Direct bias of neutral words: 0 where none leans along the direction of the pairs."""
    first, second, found = _of_pairs(space, subject)

    def estimate() -> Estimate:
        direction = pair_direction(space.unit(first), space.unit(second))
        return Estimate.mean(direct_biases(space.unit(found.ids[1]), direction, subject.strictness))

    return found, estimate


def _of_pairs(space: Space, subject: Subject) -> tuple[np.ndarray, np.ndarray, Found]:
    """Rows of the pairs, and what was found: words of known pairs, and neutral words."""
    first, second = space.pairs(subject.pairs)
    neutral = space.find(subject.neutral)
    found = Found([np.concatenate([first, second]), *neutral.ids], 2 * len(subject.pairs) + neutral.items)
    return first, second, found


MEASURES: dict[str, Callable[[Space, Subject], Asked]] = {
    "rnd": rnd,
    "ect": ect,
    "mac": mac,
    "rnsb": rnsb,
    "ripa": ripa,
    "direct": direct,
}
OF_NEUTRAL = {"rnd", "ect", "ripa", "direct"}
"""Measures that ask for neutral words,"""
OF_PAIRS = {"ripa", "direct"}
"""and for definitional pairs."""
