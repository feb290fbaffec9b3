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
    peer_amount: float | None = None,
    peer_apart: Callable[[], object] | None = None,
    target: str | None = None,
) -> Row:
    """Time `ours` and `peer` in `pairs` interleaved turns.

    Parameters
    ----------
    amount
        Things done by one turn: the row then gives rates, else seconds.
    peer_amount
        Things done by one turn of the peer, where they are not as many.
    peer_apart
        The part of the peer's work that is not compared and cannot be left out: its time is taken off.
    """

    def turn() -> tuple[float, float]:
        return seconds(ours), seconds(peer) - (seconds(peer_apart) if peer_apart else 0)

    amounts = np.array([amount or 1, peer_amount or amount or 1])
    per_thing = np.array([turn() for _ in range(pairs)]) / amounts
    return row(what, per_thing, peer_version=peer_version, rates=bool(amount), target=target)


def row(what: str, costs: np.ndarray, *, peer_version: str, rates: bool = False, target: str | None = None) -> Row:
    """Return the row of `costs`, ours and the peer's of each turn, (turns, 2).

    Parameters
    ----------
    rates
        Whether costs are seconds a thing, to be given as things a second.
    """
    low, ratio, high = np.percentile(costs[:, 1] / costs[:, 0], [25, 50, 75])
    values = np.median(costs, axis=0) ** (-1 if rates else 1)
    return Row(
        what=what,
        ours=float(values[0]),
        peer=float(values[1]),
        peer_version=peer_version,
        ratio=float(ratio),
        low=float(low),
        high=float(high),
        target=target,
    )
