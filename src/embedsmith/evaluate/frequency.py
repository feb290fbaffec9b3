"""Bands of frequency: items by how often the rarest of their words was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from embedsmith.evaluate.terms import parts
from embedsmith.metrics.similarity import Ids


def require_bands(bands: Sequence[int], least: int) -> None:
    """Raise ValueError, the key first, for bounds that divide nothing."""
    if any(bound < 1 for bound in bands) or any(low >= high for low, high in pairwise(bands)):
        raise ValueError(f"bands: must be counts above 0 that rise, such as 20, 100, 1000, not {list(bands)}")
    if least < 2:
        raise ValueError(f"least: must be at least 2 items, not {least}")


def names(bands: Sequence[int]) -> list[str]:
    """Return the name of each band: of 1, 20 and 100, `0`, `1-19`, `20-99` and `100+`; none of no bounds."""
    if not bands:
        return []
    ranges = [(low, following - 1) for low, following in pairwise([0, *bands])]
    return [str(low) if low == high else f"{low}-{high}" for low, high in ranges] + [f"{bands[-1]}+"]


def rarest(items: Iterable[Sequence[str]], counts: Mapping[str, int]) -> Ids:
    """Return how often the rarest word of each item was read, (n,).

    A word without a count (outside the vocabulary, which rare words do not enter) was read 0 times. Terms of several
    words are looked at by the phrases that the vocabulary has, then word by word, each as written, then lower-cased.
    """
    found = [
        min((counts.get(part, counts.get(part.lower(), 0)) for term in item for part in parts(term, counts)), default=0)
        for item in items
    ]
    return np.asarray(found, dtype=np.int64)


def places(occurrences: Ids, bands: Sequence[int]) -> Ids:
    """Return the place of each item's band among the names, (n,)."""
    return np.searchsorted(np.asarray(bands, dtype=np.int64), occurrences, side="right")
