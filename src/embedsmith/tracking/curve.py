"""The training curve: the same points while a training runs as when all is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from embedsmith.tracking.run import Point

STEP = "words"
SPEED = "words_per_second"


def curve(rows: Sequence[Mapping[str, str | float]], times: Sequence[float]) -> list[Point]:
    """Return the points of a training's history by words seen, with its speed where the times are known.

    Parameters
    ----------
    rows
        `words`, and what else was recorded.
    times
        Seconds to each row; others than there are rows are those of another run, and left out.
    """
    known = len(times) == len(rows)
    points = [
        Point(name, float(value), int(row[STEP]), seconds)
        for row, seconds in zip(rows, times if known else [0.0] * len(rows), strict=True)
        for name, value in row.items()
        if name != STEP
    ]
    return points + (_speed([int(row[STEP]) for row in rows], times) if known else [])


def _speed(words: Sequence[int], times: Sequence[float]) -> list[Point]:
    """Return words a second between one point and the next."""
    before = zip([0, *words], [0.0, *times], strict=False)
    return [
        Point(SPEED, (now - then) / (later - earlier), now, later)
        for (then, earlier), now, later in zip(before, words, times, strict=False)
        if later > earlier
    ]
