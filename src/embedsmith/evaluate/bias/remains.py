"""What remains in a variant of the bias that the untouched model had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from embedsmith.config.words import Words
from embedsmith.evaluate.bias.names import CLUSTER, LINEAR, NEIGHBOURS, NONLINEAR
from embedsmith.evaluate.bias.settings import Bias, Remains
from embedsmith.evaluate.bias.space import Estimate, Space
from embedsmith.evaluate.vectors import rows
from embedsmith.metrics.bias.direction import pair_direction
from embedsmith.metrics.bias.remains import (
    clustered,
    correlation_of_resamples,
    first_group_share,
    most_biased,
    probed,
)
from embedsmith.metrics.similarity import Floats, Ids


@dataclass(frozen=True)
class Leaning:
    """How words leaned in the untouched model.

    Attributes
    ----------
    words
        The n most frequent words that do not carry the group.
    projections
        Cosine of each with the direction of the definitional pairs, (n,): above 0, it leaned to the first of a pair.
    first, second
        Places in `words` of those that leaned the most to either side.
    neutral
        Places of the set's neutral words, of which there are `neutral_items`.
    settings
        What was asked for.
    """

    settings: Remains
    words: Sequence[str]
    projections: Floats
    first: Ids
    second: Ids
    neutral: Ids
    neutral_items: int


def leaning(untouched: Space, words: Words, remains: Remains, minimum_known: int) -> Leaning:
    """Measure how the words of the untouched model lean; with too few known definitional pairs, none is the most."""
    carrying = {word.lower() for word in (*words.carrying, *remains.besides)}
    frequent = {word: row for word, row in untouched.index.items() if row < remains.among}
    # What is no word, such as a number, is nobody's trait.
    kept = {word: row for word, row in frequent.items() if word.isalpha() and word.lower() not in carrying}
    neutral = rows(words.neutral, {word: place for place, word in enumerate(kept)})
    neutral = neutral[neutral >= 0]
    projections = np.zeros(len(kept))
    most = (neutral[:0], neutral[:0])
    first, second = untouched.pairs(words.definitional)
    if 2 * first.size >= minimum_known:
        direction = pair_direction(untouched.unit(first), untouched.unit(second))
        projections = untouched.unit_rows[list(kept.values())].astype(np.float64) @ direction
        most = most_biased(projections, remains.each)
    return Leaning(remains, list(kept), projections, *most, neutral, len(words.neutral))


def remaining(space: Space, leaning: Leaning, settings: Bias, seed: list[int]) -> dict[str, Any]:
    """Return the leaves of one variant: clusters, both probes, and the neighbours of the neutral words."""
    # Rows of the same words, as they are written; a variant may have lost some.
    found = np.asarray([space.index.get(word, -1) for word in leaning.words], dtype=np.int64)
    return _told_apart(space, found, leaning, settings, seed) | {
        NEIGHBOURS: _neighbours(space, found, leaning, settings, seed)
    }


def _told_apart(space: Space, found: Ids, leaning: Leaning, settings: Bias, seed: list[int]) -> dict[str, Any]:
    """Whether the words of one side are still told from those of the other."""
    sides = [found[places][found[places] >= 0] for places in (leaning.first, leaning.second)]
    folds = leaning.settings.folds
    known, items = sum(side.size for side in sides), 2 * leaning.settings.each
    coverage = {"known": known, "items": items, "coverage": known / items}
    if min(side.size for side in sides) < max(settings.minimum_known, folds):
        return dict.fromkeys((CLUSTER, LINEAR, NONLINEAR), coverage | {"refused": True})
    vectors = space.unit(np.concatenate(sides))
    labels = np.repeat([True, False], [side.size for side in sides])
    right = {
        CLUSTER: clustered(vectors, labels, settings.seed),
        LINEAR: probed(vectors, labels, "linear", folds, settings.seed),
        NONLINEAR: probed(vectors, labels, "nonlinear", folds, settings.seed),
    }
    return {name: coverage | Estimate.mean(values).leaf(settings, seed) for name, values in right.items()}


def _neighbours(space: Space, found: Ids, leaning: Leaning, settings: Bias, seed: list[int]) -> dict[str, Any]:
    """Whether neutral words that leaned to a side still have neighbours of that side."""
    places = leaning.neutral[found[leaning.neutral] >= 0]
    items = leaning.neutral_items
    coverage = {"known": int(places.size), "items": items, "coverage": places.size / items}
    if places.size < settings.minimum_known:
        return coverage | {"refused": True}
    known = np.flatnonzero(found >= 0)
    queries = np.searchsorted(known, places)
    leaned_first = leaning.projections[known] > 0
    shares = first_group_share(space.unit(found[known]), queries, leaned_first, leaning.settings.neighbours)
    projections = leaning.projections[places]
    estimate = Estimate(lambda counts: correlation_of_resamples(projections, shares, counts), places.size)
    return coverage | estimate.leaf(settings, seed)
