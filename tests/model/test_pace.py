from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedsmith.model import pace
from embedsmith.model.pace import ROUND, Pace


def course(monkeypatch: pytest.MonkeyPatch, blocks: int, seconds: Callable[[int, int], float]) -> list[int]:
    """How many threads train each of so many blocks of a word, where block b takes t of them seconds(b, t)."""
    clock: Any = [0.0]
    monkeypatch.setattr(pace.time, "perf_counter", lambda: clock[0])
    own, taken = Pace(2), []
    for block in range(blocks):
        threads = own.threads()
        with own.measured(threads, 1):
            clock[0] += seconds(block, threads)
        taken.append(threads)
    return taken


def test_all_threads_train_but_for_a_trial_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = course(monkeypatch, 2 * ROUND, lambda _, threads: 1 / threads)
    assert [block for block, threads in enumerate(taken) if threads == 1] == [3, ROUND + 3]


def test_one_trains_alone_where_others_would_keep_it_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = course(monkeypatch, 2 * ROUND, lambda _, threads: 5.0 if threads == 2 else 1.0)
    assert [block for block, threads in enumerate(taken) if threads == 2] == [0, 1, 2, ROUND + 1, ROUND + 2]


@pytest.mark.parametrize("slow", [0, 1, 2, 3, 20])
def test_one_slow_block_changes_nothing(monkeypatch: pytest.MonkeyPatch, slow: int) -> None:
    """The first compiles; any other may meet a hiccup."""
    taken = course(monkeypatch, ROUND, lambda block, threads: (9.0 if block == slow else 1.0) / threads)
    assert taken == [2, 2, 2, 1, *[2] * (ROUND - 4)]


def test_all_train_again_when_the_others_have_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = 10
    taken = course(
        monkeypatch, 2 * ROUND, lambda block, threads: 5.0 if threads == 2 and block < busy else 1.0 / threads
    )
    assert set(taken[4:ROUND]) == {1}
    assert taken[ROUND + 4 :] == [2] * (ROUND - 4)
