"""An even sample of a stream, in memory that the stream's length does not change."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Reservoir:
    """Keeps `capacity` of the items it was given, each with the same probability.

    Algorithm R of Vitter (1985), "Random sampling with a reservoir". Seeded: the same stream leaves the same items.
    """

    capacity: int
    seed: int
    items: list[str] = field(init=False, default_factory=list)
    seen: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def extend(self, items: Sequence[str]) -> None:
        """Offer `items`, one after the other; only those that are kept, for now, are looked at."""
        room = min(self.capacity - len(self.items), len(items))
        self.items.extend(items[place] for place in range(room))
        draw = self._random.random
        rank = np.arange(self.seen + room, self.seen + len(items)) + 1
        place = (np.array([draw() for _ in rank]) * rank).astype(np.int64)
        chosen = np.flatnonzero(place < self.capacity)
        for item, kept in zip((chosen + room).tolist(), place[chosen].tolist(), strict=True):
            self.items[kept] = items[item]
        self.seen += len(items)
