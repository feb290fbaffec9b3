from __future__ import annotations

from pathlib import Path

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
