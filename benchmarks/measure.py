"""Interleaved timing: ours and the peer's turns alternate, so that a machine that slows down slows both."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.rows import Row


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(
    what: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    peer_version: str,
    pairs: int,
    amount: float | None = None,
    target: str | None = None,
) -> Row:
    """Time `ours` and `peer` in `pairs` interleaved turns.

    Parameters
    ----------
    amount
        Things done by one turn: the row then gives rates, else seconds.
    """
    turns = np.array([(seconds(ours), seconds(peer)) for _ in range(pairs)])
    low, ratio, high = np.percentile(turns[:, 1] / turns[:, 0], [25, 50, 75])
    ours_median, peer_median = np.median(turns, axis=0)
    value = (lambda second: amount / second) if amount else float
    return Row(
        what=what,
        ours=float(value(ours_median)),
        peer=float(value(peer_median)),
        peer_version=peer_version,
        ratio=float(ratio),
        low=float(low),
        high=float(high),
        target=target,
    )
