"""What a training writes while it runs."""

import json
import os
import subprocess

import pytest

from embedsmith.stages import live as module
from embedsmith.stages.live import live


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(autouse=True)
def started(monkeypatch):
    """The commands that were started, none of them for real."""
    commands = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: commands.append(command))
    return commands


def test_each_point_is_in_the_file_as_soon_as_it_is_there(tmp_path):
    path = tmp_path / "live/word2vec/1.jsonl"
    with live(path, "these inputs") as tell:
        (head,) = lines(path)
        assert (head["inputs"], head["pid"]) == ("these inputs", os.getpid())
        tell(1000, 0.0123456789, 2.5, 61.23456789)
        point = {"words": 1000, "learning_rate": 0.0123457, "loss": 2.5, "seconds": 61.2346}
        assert lines(path)[1:] == [point]
    assert lines(path)[1:] == [point, {"end": "finished"}]


def test_what_fails_says_so_and_fails_as_it_would(tmp_path):
    path = tmp_path / "1.jsonl"
    with pytest.raises(ZeroDivisionError), live(path, "x"):
        raise ZeroDivisionError
    assert lines(path)[-1] == {"end": "failed"}


def test_who_reads_the_file_of_an_earlier_run_is_not_given_the_next(tmp_path):
    path = tmp_path / "1.jsonl"
    with live(path, "first") as tell:
        tell(1000, 0.01, 2.5, 1.0)
    with path.open() as earlier, live(path, "second"):
        assert len(lines(path)) == 1
        assert len(earlier.readlines()) == 3


def test_a_follower_is_started_once_and_only_by_a_training_that_lasts(tmp_path, started, monkeypatch):
    with live(tmp_path / "short.jsonl", "x") as tell:
        tell(1000, 0.01, 2.5, 1.0)
    assert started == []
    monkeypatch.setattr(module, "LEAST", 0.0)
    with live(tmp_path / "long.jsonl", "x") as tell:
        tell(1000, 0.01, 2.5, 1.0)
        tell(2000, 0.01, 2.5, 2.0)
    ((_, *command),) = started
    assert command == ["-m", "embedsmith.tracking.follow", str(tmp_path / "long.jsonl")]


def test_where_nothing_can_be_written_or_started_the_training_goes_on_unseen(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError

    monkeypatch.setattr(module, "LEAST", 0.0)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    (tmp_path / "file").write_text("")
    with live(tmp_path / "file/1.jsonl", "x") as tell:
        tell(1000, 0.01, 2.5, 1.0)
    with live(tmp_path / "1.jsonl", "x") as tell:
        tell(1000, 0.01, 2.5, 1.0)
    assert [line.get("end") for line in lines(tmp_path / "1.jsonl")] == [None, None, "finished"]
