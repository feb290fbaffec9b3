"""The first pass: what each chain is expected to cost and to keep, from its fit to a sample of the rows.

Bytes are predicted, for nearly all codecs cost a fixed number of bytes and so many a row, which two sizes of a sample
tell; agreement on the sample tells chains apart, though it is higher than on the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from embedsmith.compress.search.candidates import Chain, Curve, curves
from embedsmith.compress.search.front import front
from embedsmith.compress.search.measure import Point, Sample, Sketch
from embedsmith.compress.search.settings import SearchSettings
from embedsmith.embedding import Embedding

STEPS = 8
"""Halvings of an interval between two values."""
FULL = 0.99
"""Part of a budget that counts as used in full."""
NONE = object()
"""No value: None is the value of a curve without an axis."""


@dataclass(frozen=True)
class Estimate:
    """What a curve is expected to reach with a `share` of the units, at the value in `place` of its line or beyond."""

    curve: Curve
    share: float
    place: int
    bytes: float
    agreement: float


class FirstPass:
    """Every curve, fitted to a sample.

    Parameters
    ----------
    files
        Bytes of the files of `embedding`, by name.
    fit
        Fits a chain to the whole; asked what units of unseen words are worth.
    tell
        Called with the name of what is fitted to the sample next.

    Attributes
    ----------
    shares
        Parts of the units of unseen words to keep, the largest first.
    """

    def __init__(
        self,
        embedding: Embedding,
        sample: Sample,
        settings: SearchSettings,
        files: Mapping[str, int],
        fit: Callable[[Chain], Point | None],
        tell: Callable[[str], None],
    ) -> None:
        self._sample, self._fit, self._tell = sample, fit, tell
        self._words, fallback = len(embedding), embedding.fallback
        self._units = fallback.codec.shape[0] if fallback else 0
        unseen = sum(size for name, size in files.items() if name.startswith("fallback."))
        self._beside_rows = sum(files.values()) - unseen - _nbytes(embedding)
        self._beside_units = unseen - (_nbytes(fallback) if fallback else 0)
        self._weight = settings.agreement.unseen if self._units else 0.0
        self.shares = sorted({*settings.units, 1.0}, reverse=True) if self._units else [1.0]
        every = curves(settings.chains)
        self._lines = {curve: line for curve in every if (line := self._line(curve))}
        self._composed = {share: self._of_composed(every[0], share) for share in self.shares}

    def _line(self, curve: Curve) -> list[tuple[Any, Sketch]]:
        """Return the values of `curve` that can be, and their sketches, the smallest first."""
        found = [(value, sketch) for value in curve.values if (sketch := self._sketch(curve, value))]
        found.sort(key=lambda each: self._bytes(each[1], 1.0))
        return found

    def _sketch(self, curve: Curve, value: Any) -> Sketch | None:
        self._tell(curve.name)
        return self._sample.sketch(curve.at(value))

    def _bytes(self, sketch: Sketch, share: float) -> float:
        """Return the bytes on disk that are expected of the whole; units of unseen words are stored as words are."""
        words = sketch.fixed + sketch.each * self._words + self._beside_rows
        if not self._units or share == 0:
            return words
        return words + sketch.fixed + sketch.each * self._units * share + self._beside_units * share

    def _agreement(self, sketch: Sketch, share: float) -> float:
        return sketch.agreement * (1 - self._weight + self._weight * self._composed[share])

    def _of_composed(self, plain: Curve, share: float) -> float:
        """Return how well composed vectors agree that lost units alone."""
        if share == 1:
            return 1.0
        point = self._fit(plain.at(None, share))
        if point is None or point.agreed.unseen_neighbours is None or point.agreed.unseen_correlation is None:
            return 0.0
        return (point.agreed.unseen_neighbours + point.agreed.unseen_correlation) / 2

    def within(self, budget: float) -> list[Estimate]:
        """Return what each curve is expected to reach within `budget` bytes, the best first."""
        found = []
        for curve, line in self._lines.items():
            for share in self.shares:
                sizes = [self._bytes(sketch, share) for _, sketch in line]
                place = int(np.searchsorted(sizes, budget, side="right")) - 1
                if place < 0:
                    continue
                agreements = [self._agreement(sketch, share) for _, sketch in line]
                reached = float(np.interp(budget, sizes, agreements))
                found.append(Estimate(curve, share, place, min(budget, sizes[-1]), max(reached, agreements[place])))
        return sorted(found, key=lambda each: (-each.agreement, each.bytes))

    def reaching(self, keep: float) -> list[Estimate]:
        """Return where each curve is expected to reach an agreement of `keep`, the smallest first."""
        found = []
        for curve, line in self._lines.items():
            for share in self.shares:
                enough = [place for place, (_, sketch) in enumerate(line) if self._agreement(sketch, share) >= keep]
                if enough:
                    sketch = line[enough[0]][1]
                    size, agreement = self._bytes(sketch, share), self._agreement(sketch, share)
                    found.append(Estimate(curve, share, enough[0], size, agreement))
        return sorted(found, key=lambda each: (each.bytes, -each.agreement))

    def line(self, curve: Curve, share: float) -> list[tuple[Any, float]]:
        """Return the values of `curve` that were fitted, and the bytes expected of each, the smallest first."""
        return [(value, self._bytes(sketch, share)) for value, sketch in self._lines[curve]]

    def largest(self, estimate: Estimate, aim: float) -> Any:
        """Return the value of the largest chain of a curve that is expected within `aim` bytes; or NONE."""
        curve, share = estimate.curve, estimate.share
        line = self.line(curve, share)
        within = [each for each in line if each[1] <= aim]
        if not within:
            return NONE
        low, size = within[-1]
        if len(within) == len(line):
            return low
        high = line[len(within)][0]
        for _ in range(STEPS):
            middle = curve.between(low, high)
            if middle is None or size >= FULL * aim:
                break
            sketch = self._sketch(curve, middle)
            if sketch is not None and self._bytes(sketch, share) <= aim:
                low, size = middle, self._bytes(sketch, share)
            else:
                high = middle
        return low

    def more_units(self, estimate: Estimate, value: Any, left: float) -> float:
        """Return the share of units that the same chain can have with `left` more bytes."""
        sketch = self._sketch(estimate.curve, value)
        if sketch is None or not 0 < estimate.share < 1:
            return estimate.share
        more = FULL * left / (sketch.each * self._units + self._beside_units)
        return min(float(f"{estimate.share + more:.3g}"), 1.0)

    def smallest(self) -> list[Chain]:
        """Return the smallest chain of each curve and share of units, the smallest first."""
        found = [
            (self._bytes(line[0][1], share), curve.at(line[0][0], share))
            for curve, line in self._lines.items()
            for share in self.shares
        ]
        return [chain for _, chain in sorted(found, key=lambda each: each[0])]

    def front(self) -> list[Chain]:
        """Return the chains that no other is expected to beat, the smallest first."""
        every = [
            (self._bytes(sketch, share), self._agreement(sketch, share), curve.at(value, share))
            for curve, line in self._lines.items()
            for value, sketch in line
            for share in self.shares
        ]
        return [chain for *_, chain in front(every, lambda each: each[0], lambda each: each[1])]


def various(estimates: Sequence[Estimate]) -> Iterator[Estimate]:
    """Yield the best of each curve in turn, and the second best once all others of that rank were as good or better."""
    taken: dict[Curve, int] = {}
    for estimate in estimates:
        taken[estimate.curve] = taken.get(estimate.curve, 0) + 1
        if taken[estimate.curve] <= 2:
            yield estimate


def _nbytes(stored: Any) -> int:
    """Return the bytes of the rows of an embedding or a fallback."""
    return sum(array.nbytes for array in stored.codec.arrays.values())
