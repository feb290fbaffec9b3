from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embedsmith.compiled import compiled
from embedsmith.model.kernel.barrier import STRIDE, arrive, await_others


@compiled
def _take_turns(
    counters: np.ndarray, own: int, threads: int, rounds: int, board: np.ndarray, wrong: np.ndarray
) -> None:
    """In each round write one's own number, meet, and count those of others that are not there yet."""
    for round_ in range(rounds):
        board[round_ % 2, own] = round_
        arrive(counters, own, threads, round_ + 1)
        await_others(counters, own, threads, round_ + 1)
        for other in range(threads):
            wrong[own] += board[round_ % 2, other] != round_


@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_what_each_thread_wrote_before_a_meeting_all_read_after_it(threads: int) -> None:
    rounds = 1000 if threads < 3 else 100  # where processors are few, threads wait for their turn
    counters, board = np.zeros(STRIDE * threads, np.int64), np.zeros((2, threads), np.int64)
    wrong = np.zeros(threads, np.int64)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda own: _take_turns(counters, own, threads, rounds, board, wrong), range(threads)))
    assert wrong.tolist() == [0] * threads
    assert threads == 1 or counters[::STRIDE].tolist() == [rounds] * threads
