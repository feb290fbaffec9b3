"""Scores by parts of a data set: by the frequency of an item's rarest word, and by the sections that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from embedsmith.evaluate import frequency
from embedsmith.evaluate.items import Items
from embedsmith.evaluate.measured import REFUSED, Measured, Resampling, leaf, measure, ratio
from embedsmith.evaluate.spaces import Answers, Marks


@dataclass(frozen=True)
class Part:
    """Some of the items of a set: what was measured of them, none if nothing of them is known, and their answers.

    A space that knows fewer than `least` of them has no score.
    """

    measured: Measured | None
    answers: Answers
    least: int

    @classmethod
    def of(
        cls, name: str, items: Items, answers: Answers, inside: Marks, *, least: int, resampling: Resampling
    ) -> Part:
        """Measure the marked items (n,) alone, on resamples of their own."""
        only = np.where(inside[:, None, None], answers.outcomes, np.nan)
        found = measure(name, items, only, resampling)
        return cls(found[0] if found else None, answers.of(inside), least)

    def scored(self, place: int) -> Measured | None:
        """Return what was measured, if the space knows enough of the items to be scored."""
        enough = self.measured is not None and self.measured.scored(place) and self.answers.known(place) >= self.least
        return self.measured if enough else None

    def leaf(self, place: int, confidence: float) -> dict[str, Any]:
        """Return score and coverage in one space."""
        return leaf(self.scored(place), self.answers, place, confidence)


Parts = Mapping[str, Part]


def by_frequency(
    name: str,
    items: Items,
    answers: Answers,
    counts: Mapping[str, int],
    bands: Sequence[int],
    *,
    least: int,
    resampling: Resampling,
) -> Parts:
    """Measure each band of frequency, by its name."""
    places = frequency.places(frequency.rarest(items.items, counts), bands)
    return {
        band: Part.of(f"{name}.{band}", items, answers, places == place, least=least, resampling=resampling)
        for place, band in enumerate(frequency.names(bands))
    }


def by_section(
    name: str,
    items: Items,
    answers: Answers,
    sections: Mapping[str, Sequence[int]],
    *,
    least: int,
    resampling: Resampling,
) -> Parts:
    """Measure each of the `sections`, the places of whose items are given."""
    parts = {}
    for section, places in sections.items():
        inside = np.zeros(len(items), dtype=np.bool_)
        inside[list(places)] = True
        parts[section] = Part.of(f"{name}.{section}", items, answers, inside, least=least, resampling=resampling)
    return parts


def kept(sets: Sequence[Part], place: int, confidence: float) -> dict[str, Any]:
    """Mean score of the same part of several sets over that of the untouched model, of the sets that it is scored on.

    Refused where the space at `place` is not scored on each of these: a mean over fewer would be another measure.
    """
    fair = [each for each in sets if each.scored(0)]
    found = [measured for each in fair if (measured := each.scored(place))]
    return ratio(found, place, 0, confidence) if found and len(found) == len(fair) else dict(REFUSED)
