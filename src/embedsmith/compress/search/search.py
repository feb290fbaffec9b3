"""The search: a first pass on a sample of rows, then the most promising chains on the whole.

What is chosen was fitted to the whole, saved, and its files counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.compress.search.candidates import Chain, curves, described
from embedsmith.compress.search.first_pass import FULL, NONE, STEPS, Estimate, FirstPass, various
from embedsmith.compress.search.front import front
from embedsmith.compress.search.measure import Known, Point, Sample, Whole
from embedsmith.compress.search.settings import SearchSettings, Target, rounded_up, targets, written
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.progress import Report, progress


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
        self._points: list[Point] = []
        untouched = self._point(curves(settings.chains)[0].at(None))
        assert untouched is not None
        self._untouched = untouched
        sample = Sample(embedding, settings.rows, settings.agreement, known)
        self._first = FirstPass(embedding, sample, settings, self._whole.parts(), self._point, self._tell)

    def run(self, wanted: Sequence[Target]) -> Found:
        for target in wanted:
            if target.budget is not None:
                self._fill(target.budget)
            elif target.keep is not None:
                self._reach(target.keep)
        self._look_around()
        points = front(self._points, lambda point: point.bytes, lambda point: point.agreement)
        chosen = {target.name: _best(points, target) for target in wanted}
        return Found(
            untouched=self._untouched,
            chosen=chosen,
            front=points,
            notes=_notes(wanted, chosen),
            fits=self._whole.fits,
        )

    # Budgets

    def _fill(self, budget: int) -> None:
        """Fit to the whole what seems best within `budget`."""
        fitted = 0
        for estimate in various(self._first.within(budget)):
            if fitted == self._settings.finalists:
                break
            fitted += self._fit_within(estimate, budget)
        if not any(point.bytes <= budget for point in self._points):
            self._refuse(budget)

    def _fit_within(self, estimate: Estimate, budget: int) -> bool:
        """Fit the largest chain of a curve within `budget` to the whole; say whether there is one."""
        curve, aim = estimate.curve, float(budget)
        for _ in range(3):
            value = self._first.largest(estimate, aim)
            point = None if value is NONE else self._point(curve.at(value, estimate.share))
            if point is None:
                return False
            if point.bytes <= budget:
                share = self._first.more_units(estimate, value, budget - point.bytes)
                if share * FULL > estimate.share:
                    self._point(curve.at(value, share))
                return True
            aim -= 1.5 * (point.bytes - budget)  # what was predicted too low
        return False

    def _refuse(self, budget: int) -> None:
        """Fit the smallest chains to the whole, and raise if none of them is within `budget`."""
        for chain in self._first.smallest()[: self._settings.finalists]:
            self._point(chain)
        least = min(self._points, key=lambda point: point.bytes)
        if least.bytes > budget:
            raise InputError(
                f"budget: {written(budget)} is less than any chain reaches; the smallest is"
                f" {rounded_up(least.bytes)}, {described(least.chain)}"
            )

    # Parts to keep

    def _reach(self, keep: float) -> None:
        """Fit to the whole what seems to be the smallest that reaches `keep`, until no other can be smaller."""
        for estimate in various(self._first.reaching(keep)):
            least = min((each.bytes for each in self._points if each.agreement >= keep), default=math.inf)
            below = self._first.line(estimate.curve, estimate.share)[max(estimate.place - 1, 0)][1]
            if below < least:
                self._fit_enough(estimate, keep, least)

    def _fit_enough(self, estimate: Estimate, keep: float, least: float) -> None:
        """Fit to the whole the smallest chains of a curve that reach `keep`, below `least` bytes."""
        curve, share, place = estimate.curve, estimate.share, estimate.place
        line = self._first.line(curve, share)
        while place < len(line) and line[place][1] < 1.02 * least:
            if self._reaches(curve.at(line[place][0], share), keep):
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
            if self._reaches(curve.at(middle, share), keep):
                high = middle
            else:
                low = middle

    def _reaches(self, chain: Chain, keep: float) -> bool:
        point = self._point(chain)
        return point is not None and point.agreement >= keep

    # What else is possible

    def _look_around(self) -> None:
        """Fit some of the front of the first pass to the whole, from the smallest to the largest."""
        ahead = self._first.front()
        number = min(self._settings.front, len(ahead))
        for place in np.unique(np.linspace(0, len(ahead) - 1, number).round().astype(int)).tolist():
            self._point(ahead[place])

    def _point(self, chain: Chain) -> Point | None:
        self._tell(described(chain))
        point = self._whole.point(chain)
        if point is not None:
            self._points.append(point)
        return point

    def _tell(self, note: str) -> None:
        self._done += 1
        self._report(self._done, note)


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
