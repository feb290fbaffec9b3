"""The course of a training run."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("words", "learning_rate", "loss")


@dataclass
class History:
    """Points of a training run. What they say is an output; when they were reached is not, and is kept apart.

    Attributes
    ----------
    points
        (words seen so far, learning rate, loss) as training went on.
    times
        Seconds from the start to each point.
    """

    points: list[tuple[int, float, float]] = field(init=False, default_factory=list)
    times: list[float] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._start = time.perf_counter()

    def add(self, *, words: int, learning_rate: float, loss: float) -> None:
        """Add the point reached after `words` words."""
        self.points.append((words, learning_rate, loss))
        self.times.append(time.perf_counter() - self._start)

    def write(self, path: Path) -> None:
        """Write the points as CSV, six digits each; only the header where nothing was trained step by step."""
        lines = [f"{words},{rate:.6g},{loss:.6g}" for words, rate, loss in self.points]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8", newline="\n")
