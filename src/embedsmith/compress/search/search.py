"""The search: a first pass on a sample of rows, then the most promising chains on the whole.

Bytes are predicted, for nearly all codecs cost a fixed number of bytes and so many a row, which two sizes of a sample
tell; agreement on the sample tells chains apart, though it is higher than on the whole. What is chosen was fitted
to the whole, saved, and its files counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.compress.search.candidates import Chain, Curve, curves, described
from embedsmith.compress.search.front import front
from embedsmith.compress.search.measure import Known, Point, Sample, Sketch, Whole
from embedsmith.compress.search.settings import SearchSettings, Target, rounded_up, targets, written
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.progress import Report, progress

STEPS = 8
"""Halvings of an interval between two values."""
FULL = 0.99
"""Part of a budget that counts as used in full."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search has found.

    Attributes
    ----------
    untouched
        The model as it was.
    chosen
        By the name of the variant.
    front
        The chains fitted to the whole that no other beats, the smallest first.
    notes
        By the name of the variant, what it cannot do; only where there is something to say.
    fits
        Chains fitted to the whole.
    """

    untouched: Point
    chosen: Mapping[str, Point]
    front: Sequence[Point]
    notes: Mapping[str, str]
    fits: int

    def figures(self) -> dict[str, Any]:
        """Return all of it as plain values; a chain is a list of its links, whose order counts."""
        chosen = {name: _plain(point) for name, point in self.chosen.items()}
        for name, note in self.notes.items():
            chosen[name]["note"] = note
        return {
            "untouched": _plain(self.untouched),
            "chosen": chosen,
            "front": [_plain(point) for point in self.front],
            "fits": self.fits,
        }


@dataclass(frozen=True)
class _Estimate:
    """What a curve is expected to reach somewhere: at `value`, or between it and the next larger one."""

    curve: Curve
    share: float
    place: int
    bytes: float
    agreement: float


def search(
    embedding: Embedding, settings: SearchSettings, inputs: Mapping[str, str], known: Known | None = None
) -> Found:
    """Return the best chain for each budget and the smallest for each part to keep.

    On one thread: how BLAS divides a sum shows in its last bits.

    Parameters
    ----------
    inputs
        Where `embedding` comes from, as the variants will say.
    known
        What searches of the same embedding measured before, in the same way; what is measured is added.

    Raises
    ------
    InputError
        If a budget is smaller than any chain can be.
    """
    wanted = targets(settings.budget, settings.keep)
    with threadpool_limits(1), progress("search", "chains", None) as report:
        return _Search(embedding, settings, inputs, {} if known is None else known, report).run(wanted)


class _Search:
    def __init__(
        self, embedding: Embedding, settings: SearchSettings, inputs: Mapping[str, str], known: Known, report: Report
    ) -> None:
        self._settings, self._report, self._done = settings, report, 0
        self._whole = Whole(embedding, settings.agreement, inputs, known)
        self._sample = Sample(embedding, settings.rows, settings.agreement, known)
        self._points: list[Point] = []
        self._by_curve: dict[Curve, list[tuple[Any, Sketch]]] = {}
        self._words = len(embedding)
        self._units = 0 if embedding.fallback is None else embedding.fallback.codec.shape[0]
        self._shares = sorted({*settings.units, 1.0}, reverse=True) if self._units else [1.0]
        self._curves = curves(settings.chains)
        arrays = sum(array.nbytes for array in embedding.codec.arrays.values())
        of_units = 0
        if embedding.fallback is not None:
            of_units = sum(array.nbytes for array in embedding.fallback.codec.arrays.values())
        files = self._whole.parts()
        unseen = sum(size for name, size in files.items() if name.startswith("fallback."))
        self._beside_rows = sum(files.values()) - unseen - arrays
        self._beside_units = unseen - of_units

    def run(self, wanted: Sequence[Target]) -> Found:
        untouched = self._point(self._curves[0].at(None))
        assert untouched is not None
        self._by_curve = {curve: line for curve in self._curves if (line := self._line(curve))}
        self._composed = {share: self._of_composed(share) for share in self._shares}
        for target in wanted:
            if target.budget is not None:
                self._fill(target.budget)
            elif target.keep is not None:
                self._reach(target.keep)
        self._look_around()
        points = front(self._points, lambda point: point.bytes, lambda point: point.agreement)
        chosen = {target.name: _best(points, target) for target in wanted}
        return Found(
            untouched=untouched, chosen=chosen, front=points, notes=_notes(wanted, chosen), fits=self._whole.fits
        )

    # The first pass

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
        weight = self._settings.agreement.unseen if self._units else 0.0
        return sketch.agreement * (1 - weight + weight * self._composed[share])

    def _of_composed(self, share: float) -> float:
        """Return how well composed vectors agree that lost units alone."""
        if share == 1:
            return 1.0
        point = self._point(self._curves[0].at(None, share))
        if point is None or point.agreed.unseen_neighbours is None or point.agreed.unseen_correlation is None:
            return 0.0
        return (point.agreed.unseen_neighbours + point.agreed.unseen_correlation) / 2

    # Budgets

    def _fill(self, budget: int) -> None:
        """Fit to the whole what seems best within `budget`."""
        estimates = sorted(
            (estimate for estimate in self._estimates(budget)), key=lambda each: (-each.agreement, each.bytes)
        )
        fitted = 0
        for estimate in _various(estimates):
            if fitted == self._settings.finalists:
                break
            fitted += self._fit_within(estimate, budget)
        if not any(point.bytes <= budget for point in self._points):
            self._refuse(budget)

    def _estimates(self, budget: float) -> Iterator[_Estimate]:
        for curve, line in self._by_curve.items():
            for share in self._shares:
                sizes = [self._bytes(sketch, share) for _, sketch in line]
                place = int(np.searchsorted(sizes, budget, side="right")) - 1
                if place < 0:
                    continue
                agreements = [self._agreement(sketch, share) for _, sketch in line]
                reached = float(np.interp(budget, sizes, agreements))
                yield _Estimate(curve, share, place, min(budget, sizes[-1]), max(reached, agreements[place]))

    def _fit_within(self, estimate: _Estimate, budget: int) -> bool:
        """Fit the largest chain of a curve within `budget` to the whole; say whether there is one."""
        aim = float(budget)
        for _ in range(3):
            value = self._largest(estimate, aim)
            point = None if value is _NONE else self._point(estimate.curve.at(value, estimate.share))
            if point is None:
                return False
            if point.bytes <= budget:
                self._add_units(estimate, value, budget - point.bytes)
                return True
            aim -= 1.5 * (point.bytes - budget)  # what was predicted too low
        return False

    def _add_units(self, estimate: _Estimate, value: Any, left: int) -> None:
        """Fit the same chain with as many more units of unseen words as the bytes that are `left` hold."""
        sketch = self._sketch(estimate.curve, value)
        if sketch is None or not 0 < estimate.share < 1:
            return
        more = FULL * left / (sketch.each * self._units + self._beside_units)
        share = min(float(f"{estimate.share + more:.3g}"), 1.0)
        if share * FULL > estimate.share:
            self._point(estimate.curve.at(value, share))

    def _largest(self, estimate: _Estimate, aim: float) -> Any:
        """Return the value of the largest chain of a curve that is expected within `aim` bytes."""
        curve, share = estimate.curve, estimate.share
        line = [(value, self._bytes(sketch, share)) for value, sketch in self._by_curve[curve]]
        within = [each for each in line if each[1] <= aim]
        if not within:
            return _NONE
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

    def _refuse(self, budget: int) -> None:
        """Fit the smallest chains to the whole, and raise if none of them is within `budget`."""
        smallest = sorted(
            (self._bytes(line[0][1], share), place, share)
            for place, line in enumerate(self._by_curve.values())
            for share in self._shares
        )
        made = list(self._by_curve.items())
        for _, place, share in smallest[: self._settings.finalists]:
            curve, line = made[place]
            self._point(curve.at(line[0][0], share))
        least = min(self._points, key=lambda point: point.bytes)
        if least.bytes > budget:
            raise InputError(
                f"budget: {written(budget)} is less than any chain reaches; the smallest is"
                f" {rounded_up(least.bytes)}, {described(least.chain)}"
            )

    # Parts to keep

    def _reach(self, keep: float) -> None:
        """Fit to the whole what seems to be the smallest that reaches `keep`, until no other can be smaller."""
        expected = []
        for curve, line in self._by_curve.items():
            for share in self._shares:
                enough = [i for i, (_, sketch) in enumerate(line) if self._agreement(sketch, share) >= keep]
                if enough:
                    place = enough[0]
                    size = self._bytes(line[place][1], share)
                    expected.append(_Estimate(curve, share, place, size, self._agreement(line[place][1], share)))
        expected.sort(key=lambda each: (each.bytes, -each.agreement))
        for estimate in _various(expected):
            least = min((each.bytes for each in self._points if each.agreement >= keep), default=math.inf)
            line = self._by_curve[estimate.curve]
            below = self._bytes(line[max(estimate.place - 1, 0)][1], estimate.share)
            if below < least:
                self._fit_enough(estimate, keep, least)

    def _fit_enough(self, estimate: _Estimate, keep: float, least: float) -> None:
        """Fit to the whole the smallest chains of a curve that reach `keep`, below `least` bytes."""
        curve, share = estimate.curve, estimate.share
        line = self._by_curve[curve]
        place = estimate.place
        while place < len(line) and self._bytes(line[place][1], share) < 1.02 * least:
            point = self._point(curve.at(line[place][0], share))
            if point is not None and point.agreement >= keep:
                break
            place += 1
        else:
            return
        if place == 0:
            return
        low, high = line[place - 1][0], line[place][0]
        for _ in range(STEPS // 2):
            middle = curve.between(low, high)
            if middle is None:
                return
            point = self._point(curve.at(middle, share))
            if point is not None and point.agreement >= keep:
                high = middle
            else:
                low = middle

    # What else is possible

    def _look_around(self) -> None:
        """Fit some of the front of the first pass to the whole, from the smallest to the largest."""
        sketched = [
            (self._bytes(sketch, share), self._agreement(sketch, share), curve.at(value, share))
            for curve, line in self._by_curve.items()
            for value, sketch in line
            for share in self._shares
        ]
        ahead = front(sketched, lambda each: each[0], lambda each: each[1])
        number = min(self._settings.front, len(ahead))
        for place in np.unique(np.linspace(0, len(ahead) - 1, number).round().astype(int)).tolist():
            self._point(ahead[place][2])

    def _point(self, chain: Chain) -> Point | None:
        self._tell(described(chain))
        point = self._whole.point(chain)
        if point is not None:
            self._points.append(point)
        return point

    def _tell(self, note: str) -> None:
        self._done += 1
        self._report(self._done, note)


_NONE = object()
"""No value: None is the value of a curve without an axis."""


def _various(estimates: Sequence[_Estimate]) -> Iterator[_Estimate]:
    """Yield the best of each curve in turn, and the second best once all others of that rank were as good or better."""
    taken: dict[Curve, int] = {}
    for estimate in estimates:
        taken[estimate.curve] = taken.get(estimate.curve, 0) + 1
        if taken[estimate.curve] <= 2:
            yield estimate


def _best(points: Sequence[Point], target: Target) -> Point:
    """Return what `target` asks for from the front `points`, the smallest first: agreement grows with bytes."""
    if target.budget is not None:
        return [point for point in points if point.bytes <= target.budget][-1]
    assert target.keep is not None
    return next(point for point in points if point.agreement >= target.keep)


def _notes(wanted: Sequence[Target], chosen: Mapping[str, Point]) -> dict[str, str]:
    """Say of each budget which parts to keep are out of its reach."""
    notes = {}
    for target in wanted:
        best = chosen[target.name]
        missed = [
            f"keep {other.keep:g} is out of reach within {written(target.budget)}: the best agreement is"
            f" {best.agreement:.4f}, and it takes {rounded_up(chosen[other.name].bytes)} to reach {other.keep:g}"
            for other in wanted
            if target.budget is not None and other.keep is not None and best.agreement < other.keep
        ]
        if missed:
            notes[target.name] = "; ".join(missed)
    return notes


def _plain(point: Point) -> dict[str, Any]:
    links = [{name: dict(own)} for name, own in point.chain.items()]
    return {"chain": links, "bytes": point.bytes, **point.agreed.figures()}
