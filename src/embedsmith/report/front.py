"""The Pareto front: what no other beats in both size and score."""

from __future__ import annotations

import math
from collections.abc import Sequence


def front(sizes: Sequence[float], scores: Sequence[float]) -> list[int]:
    """Return the places of those on the front, the smallest first.

    One is beaten by another that is no larger and scores no less, and is better in one of the two. Of equals the first
    is named. A score that is not a number is on no front.
    """
    # By size, the better of equals first: then the front is every new best.
    order = sorted(range(len(sizes)), key=lambda place: (sizes[place], -scores[place], place))
    found: list[int] = []
    for place in order:
        if not math.isnan(scores[place]) and (not found or scores[place] > scores[found[-1]]):
            found.append(place)
    return found
