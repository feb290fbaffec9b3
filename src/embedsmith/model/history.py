"""The course of a training run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("words", "learning_rate", "loss")
Listener = Callable[[int, float, float, float], None]
"""Told of each point: words, learning rate, loss, and the seconds from the start."""


@dataclass
class History:
    """Points of a training run. What they say is an output; when they were reached is not, and is kept apart.

    Attributes
    ----------
    listener
        Told of each point as soon as it is there; of those of a checkpoint when they are restored.
    points
        (words seen so far, learning rate, mean loss since the point before) as training went on.
    times
        Seconds from the start to each point; those of an interrupted run count from its own start.
    """

    listener: Listener | None = None
    points: list[tuple[int, float, float]] = field(init=False, default_factory=list)
    times: list[float] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._start = time.perf_counter()

    def add(self, *, words: int, learning_rate: float, loss: float) -> None:
        """Add the point reached after `words` words."""
        self.points.append((words, learning_rate, loss))
        self.times.append(time.perf_counter() - self._start)
        self._tell(-1)

    def part(self) -> History:
        """Return the history of a run that comes after this one, whose points this one's listener is told of.

        They are added here by `append`, when that run is over.
        """
        listener = self.listener
        if listener is None:
            return History()
        words, seconds = self._end
        return History(lambda more, rate, loss, later: listener(words + more, rate, loss, seconds + later))

    def append(self, other: History) -> None:
        """Add the points of a run that came after this one."""
        words, seconds = self._end
        self.points += [(words + more, rate, loss) for more, rate, loss in other.points]
        self.times += [seconds + later for later in other.times]

    def state(self) -> dict[str, list[list[float]] | list[float]]:
        """Return what a checkpoint keeps of it."""
        return {"points": [list(point) for point in self.points], "times": list(self.times)}

    def restore(self, state: dict[str, list[list[float]] | list[float]]) -> None:
        """Go on from what `state` returned; the clock goes on from its last time."""
        self.points = [(int(words), rate, loss) for words, rate, loss in state["points"]]  # type: ignore[misc]
        self.times = [float(seconds) for seconds in state["times"]]  # type: ignore[arg-type]
        self._start -= self.times[-1] if self.times else 0.0
        for place in range(len(self.points)):
            self._tell(place)

    def write(self, path: Path) -> None:
        """Write the points as CSV, six digits each; only the header where nothing was trained step by step."""
        lines = [f"{words},{rate:.6g},{loss:.6g}" for words, rate, loss in self.points]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8", newline="\n")

    @property
    def _end(self) -> tuple[int, float]:
        return (self.points[-1][0], self.times[-1]) if self.points else (0, 0.0)

    def _tell(self, place: int) -> None:
        if self.listener is not None:
            self.listener(*self.points[place], self.times[place])
