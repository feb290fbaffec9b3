"""Association tests of one variant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from embedsmith.evaluate.bias.settings import Bias
from embedsmith.evaluate.bias.space import Space
from embedsmith.metrics.bias.weat import associations, effect_size, effect_size_of_resamples, p_value
from embedsmith.metrics.statistics import interval


def associate(space: Space, words: Sequence[Sequence[str]], settings: Bias, seed: list[int]) -> dict[str, Any]:
    """Return the leaf of one test of four lists: the effect size d, its interval, and the one-sided p."""
    found = space.find(*words)
    if found.fewest < settings.minimum_known:
        return found.coverage | {"refused": True}
    first, second, a, b = map(space.unit, found.ids)
    x, y = associations(first, a, b), associations(second, a, b)
    low, high = interval(effect_size_of_resamples(x, y, settings.resamples, seed), settings.confidence)
    return found.coverage | {
        "score": effect_size(x, y),
        "low": low,
        "high": high,
        "p": p_value(x, y, settings.permutations, seed),
    }
