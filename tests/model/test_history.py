from __future__ import annotations

import json
from pathlib import Path

import pytest

from embedsmith.model import history as module
from embedsmith.model.history import History


def test_the_file_holds_the_points_and_no_times(tmp_path: Path) -> None:
    history = History()
    history.add(words=1000, learning_rate=0.025, loss=4.1588831)
    history.add(words=2_000_000, learning_rate=0.0123456789, loss=2.5)
    history.write(tmp_path / "deep" / "history.csv")
    assert (tmp_path / "deep/history.csv").read_text() == (
        "words,learning_rate,loss\n1000,0.025,4.15888\n2000000,0.0123457,2.5\n"
    )


def test_times_are_kept_apart_and_rise() -> None:
    history = History()
    for words in (1, 2, 3):
        history.add(words=words, learning_rate=0.1, loss=1.0)
    assert len(history.times) == 3
    assert 0 <= history.times[0] <= history.times[1] <= history.times[2]


def test_a_model_that_learns_nothing_leaves_a_header(tmp_path: Path) -> None:
    History().write(tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_text() == "words,learning_rate,loss\n"


def test_the_points_of_a_second_run_come_after_those_of_the_first() -> None:
    first, second = History(), History()
    first.append(second)
    assert first.points == []
    first.add(words=100, learning_rate=0.5, loss=3.0)
    first.add(words=200, learning_rate=0.1, loss=2.0)
    second.add(words=100, learning_rate=0.4, loss=2.5)
    second.times, first.times = [4.0], [1.0, 3.0]
    first.append(second)
    assert first.points == [(100, 0.5, 3.0), (200, 0.1, 2.0), (300, 0.4, 2.5)]
    assert first.times == [1, 3, 7]
    assert second.points == [(100, 0.4, 2.5)]


def test_what_a_checkpoint_keeps_goes_through_json_and_back_to_the_bit() -> None:
    history, later = History(), History()
    history.add(words=12_345, learning_rate=1 / 3, loss=0.1 + 0.2)
    history.add(words=24_690, learning_rate=1e-4 / 7, loss=2.0)
    later.restore(json.loads(json.dumps(history.state())))
    assert later.points == history.points
    assert later.times == history.times
    assert [type(value) for value in later.points[0]] == [int, float, float]


def test_the_clock_goes_on_from_where_the_interrupted_run_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(module.time, "perf_counter", lambda: now)
    history = History()
    now = 1007.0
    history.add(words=1, learning_rate=0.1, loss=1.0)
    state = history.state()
    now = 5000.0
    later = History()
    later.restore(state)
    now = 5002.5
    later.add(words=2, learning_rate=0.1, loss=1.0)
    assert later.times == [7, 9.5]


def test_what_is_restored_takes_the_place_of_what_was_there() -> None:
    history = History()
    history.add(words=1, learning_rate=0.1, loss=1.0)
    history.restore(History().state())
    assert (history.points, history.times) == ([], [])


def test_a_listener_is_told_of_each_point_at_once_and_of_those_of_a_checkpoint() -> None:
    told: list[tuple[int, float, float, float]] = []
    history = History(lambda *point: told.append(point))
    history.add(words=1, learning_rate=0.2, loss=3.0)
    assert told == [(1, 0.2, 3.0, history.times[0])]
    later = History(lambda *point: told.append(point))
    later.restore(history.state())
    assert told[1:] == told[:1]


def test_a_part_tells_of_its_points_as_they_will_stand_in_the_whole() -> None:
    told: list[tuple[int, float, float, float]] = []
    whole = History(lambda *point: told.append(point))
    for _ in range(2):
        part = whole.part()
        part.add(words=10, learning_rate=0.2, loss=3.0)
        part.add(words=20, learning_rate=0.1, loss=2.0)
        whole.append(part)
    assert told == [(*point, time) for point, time in zip(whole.points, whole.times, strict=True)]
    assert [words for words, *_ in told] == [10, 20, 30, 40]
