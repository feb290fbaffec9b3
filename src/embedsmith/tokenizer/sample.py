"""An even sample of a stream, in memory that the stream's length does not change."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field


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

    def extend(self, items: Iterable[str]) -> None:
        """Offer `items`, one after the other."""
        for item in items:
            self.seen += 1
            if len(self.items) < self.capacity:
                self.items.append(item)
            elif (place := int(self._random.random() * self.seen)) < self.capacity:
                self.items[place] = item
