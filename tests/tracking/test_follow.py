"""Trainings that show while they run."""

import json
import os
import subprocess
import sys
import time

import pytest

from embedsmith.config.instances import Inputs
from embedsmith.tracking import follow
from embedsmith.tracking.course import read
from embedsmith.tracking.curve import curve
from embedsmith.tracking.follow import Follower, follow_all, follow_one
from embedsmith.tracking.store import UnreachableError, store_of
from embedsmith.tracking.track import track
from report.tree import write
from tracking.conftest import free_port, note_runtime
from tracking.test_track import client, runs

POINTS = [
    {"words": 1000, "learning_rate": 0.025, "loss": 2.5, "seconds": 30.5},
    {"words": 2000, "learning_rate": 0.0125, "loss": 2.25, "seconds": 61.0},
]
"""The history of word2vec in the project's files, with times."""
NAME = "word2vec/s1/untouched"


class Training:
    """The file of a training; this process stands for its process."""

    def __init__(self, root, pid=None, inputs=None):
        self.path = root / "build/live/word2vec/1.jsonl"
        inputs = inputs or Inputs(root).hash("train@word2vec-1")
        head = {"inputs": inputs, "pid": pid or os.getpid(), "began": time.time()}
        write(self.path, json.dumps(head) + "\n")

    def add(self, *lines):
        with self.path.open("a") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)


def write_history(root):
    rows = "".join(f"{p['words']},{p['learning_rate']},{p['loss']}\n" for p in POINTS)
    write(root / "reports/plots/word2vec/1/history.csv", f"words,learning_rate,loss\n{rows}")


@pytest.fixture
def followed(project):
    root, configuration = project
    write_history(root)
    return root, configuration, lambda training: Follower(root, training.path, store_of(root, configuration))


def shown(root):
    """The run of the training, with its curves as (step, value, milliseconds from the start) by name."""
    found = client(root)
    run = runs(found)[NAME]
    names = ("loss", "learning_rate", "words_per_second")
    start = run.info.start_time
    histories = {name: found.get_metric_history(run.info.run_id, name) for name in names}
    return run, {name: [(p.step, p.value, p.timestamp - start) for p in history] for name, history in histories.items()}


WHOLE = {
    "loss": [(1000, 2.5, 30_500), (2000, 2.25, 61_000)],
    "learning_rate": [(1000, 0.025, 30_500), (2000, 0.0125, 61_000)],
    "words_per_second": [(1000, 1000 / 30.5, 30_500), (2000, 1000 / 30.5, 61_000)],
}


def test_a_training_shows_while_it_runs_and_track_completes_its_run(followed, monkeypatch):
    root, configuration, follower_of = followed
    monkeypatch.setenv("EMBEDSMITH_SWEEP", "dims")
    training = Training(root)
    follower = follower_of(training)
    assert follower.step() is None  # no point yet, and no run
    training.add(POINTS[0])
    assert follower.step() == "word2vec/s1: 1,000 words, loss 2.5, 33 words/s"
    run, curves = shown(root)
    assert run.info.status == "RUNNING"
    assert curves == {name: points[:1] for name, points in WHOLE.items()}
    assert {name: run.data.tags.get(name) for name in ("model", "seed", "variant", "sweep", "complete")} == {
        **{"model": "word2vec", "seed": "1", "variant": "untouched", "sweep": "dims", "complete": None}
    }
    assert run.data.params["model.vector_size"] == "32"
    assert follower.step() is None
    training.add(POINTS[1], {"end": "finished"})
    assert follower.step().endswith("; finished")
    assert follower.over

    note_runtime(root, "train@word2vec-1", {"seconds": 62.0, "times": [p["seconds"] for p in POINTS]})
    assert track(root, configuration).startswith("track: 6 runs logged")
    completed, curves = shown(root)
    assert curves == WHOLE
    assert (completed.info.run_id, completed.info.status) == (run.info.run_id, "FINISHED")
    assert len(runs(client(root))) == 6


def test_what_is_restored_from_a_cache_has_a_curve_without_times_or_speed(followed):
    root, configuration, _ = followed
    track(root, configuration)
    _, curves = shown(root)
    assert curves["loss"] == [(1000, 2.5, 0), (2000, 2.25, 0)]
    assert curves["words_per_second"] == []


def test_a_killed_training_is_marked_and_one_that_goes_on_from_there_doubles_nothing(followed):
    root, configuration, follower_of = followed
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    training = Training(root, pid=sleeper.pid)
    follower = follower_of(training)
    training.add(*POINTS)
    follower.step()
    sleeper.kill()  # and not waited for: a zombie is gone too
    while not follower.over:
        follower.step()
    sleeper.communicate()
    assert shown(root)[0].info.status == "KILLED"

    # It goes on from a checkpoint before the second point, which it reaches later than the first time.
    again = Training(root)
    again.add(POINTS[0], POINTS[1] | {"seconds": 75.0})
    follower_of(again).step()
    run, curves = shown(root)
    assert (run.info.status, curves) == ("RUNNING", WHOLE)
    note_runtime(root, "train@word2vec-1", {"times": [30.5, 75.0]})
    track(root, configuration)
    assert shown(root)[1] == WHOLE


def test_a_failed_training_is_marked(followed):
    root, _, follower_of = followed
    training = Training(root)
    training.add(POINTS[0], {"end": "failed"})
    follower = follower_of(training)
    assert follower.step().endswith("; failed")
    assert follower.over
    assert shown(root)[0].info.status == "FAILED"


def test_two_that_follow_the_same_training_show_it_once(followed):
    root, _, follower_of = followed
    training = Training(root)
    training.add(*POINTS)
    for _ in range(2):
        follower_of(training).step()
    assert shown(root)[1] == WHOLE


def test_what_is_complete_is_left_alone(followed):
    root, configuration, follower_of = followed
    track(root, configuration)
    training = Training(root)
    training.add(*POINTS)
    follower = follower_of(training)
    assert follower.step() is None
    assert follower.over
    assert shown(root)[1]["words_per_second"] == []


def test_a_training_of_other_inputs_than_the_workspace_now_has_is_not_shown(followed):
    root, _, follower_of = followed
    training = Training(root, inputs="others")
    training.add(*POINTS)
    follower = follower_of(training)
    assert follower.step() is None
    assert follower.over
    assert client(root).get_experiment_by_name("embedsmith") is None


def test_another_training_in_the_place_of_the_followed_one_ends_its_follower(followed):
    root, _, follower_of = followed
    training = Training(root)
    training.add(POINTS[0])
    follower = follower_of(training)
    follower.step()
    Training(root).add(*POINTS)
    follower.step()
    assert follower.over
    assert shown(root)[1]["loss"] == WHOLE["loss"][:1]


def test_a_store_that_is_down_disturbs_nothing_and_gets_all_when_it_is_back(followed, server):
    root, configuration, _ = followed
    port = free_port()
    configuration |= {"uri": f"http://127.0.0.1:{port}"}
    training = Training(root)
    training.add(POINTS[0])
    follower = Follower(root, training.path, store_of(root, configuration))
    with pytest.raises(UnreachableError, match="refused"):
        follower.step()
    assert not follower.over
    server(port)
    training.add(POINTS[1])
    assert follower.step()
    found = follow_client(configuration["uri"])
    (run,) = found.search_runs([found.get_experiment_by_name("embedsmith").experiment_id])
    assert [p.step for p in found.get_metric_history(run.info.run_id, "loss")] == [1000, 2000]


def follow_client(uri):
    from embedsmith.tracking.client import MlflowClient

    return MlflowClient(tracking_uri=uri)


def write_config(root, configuration, **changed):
    write(root / "build/config/track.yaml", json.dumps(configuration | changed))


@pytest.mark.parametrize("setting", [None, 3600])
def test_a_training_shorter_than_the_setting_is_never_asked_about(followed, monkeypatch, setting):
    root, configuration, _ = followed
    write_config(root, configuration, live_after_seconds=setting)
    training = Training(root)
    training.add(POINTS[0])
    monkeypatch.setattr(follow, "INTERVAL", 0.01)
    monkeypatch.setattr(follow, "store_of", None)
    monkeypatch.setattr(time, "sleep", lambda _: training.add({"end": "finished"}))
    follow_one(root, training.path)


def test_the_process_that_a_training_starts_imports_no_mlflow_before_its_time_and_ends_with_the_training(followed):
    root, configuration, _ = followed
    write_config(root, configuration, live_after_seconds=1)
    training = Training(root)
    training.add(POINTS[0])
    process = subprocess.Popen([sys.executable, "-m", "embedsmith.tracking.follow", str(training.path)], cwd=root)
    while not (client(root).get_experiment_by_name("embedsmith") and runs(client(root))):
        assert process.poll() is None
        time.sleep(0.1)
    training.add(POINTS[1], {"end": "finished"})
    assert process.wait(60) == 0
    assert shown(root)[1] == WHOLE


def test_the_command_shows_every_training_that_runs_and_says_a_line_for_what_is_new(followed, monkeypatch):
    root, configuration, _ = followed
    write_config(root, configuration)
    said, training = [], Training(root)
    training.add(POINTS[0])
    later = iter([lambda: None, lambda: training.add(POINTS[1], {"end": "finished"}), lambda: None])

    def sleep(_):
        try:
            next(later)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(time, "sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        follow_all(root, said.append)
    assert said == [
        f"showing trainings in sqlite:///{root}/mlflow.db; Ctrl-C ends it",
        "word2vec/s1: 1,000 words, loss 2.5, 33 words/s",
        "word2vec/s1: 2,000 words, loss 2.25, 33 words/s; finished",
    ]
    assert shown(root)[1] == WHOLE


def test_a_file_is_read_as_far_as_it_is_whole(tmp_path):
    path = tmp_path / "live/word2vec/1.jsonl"
    assert read(path) is None
    write(path, "")
    assert read(path) is None
    head = json.dumps({"inputs": "x", "pid": 1, "began": 5.0})
    point = json.dumps(POINTS[0])
    write(path, f"{head}\n{point[:20]}{point}\n{point}\n{point[:9]}")
    course = read(path)
    assert (course.model, course.seed, course.rows, course.end) == ("word2vec", 1, (POINTS[0],), None)


def test_speed_is_between_points_and_of_known_times_alone():
    rows = [{"words": "100", "loss": "1"}, {"words": "300", "loss": "1"}, {"words": "400", "loss": "1"}]
    speeds = [p for p in curve(rows, [2.0, 4.0, 4.0]) if p.name == "words_per_second"]
    assert [(p.step, p.value, p.seconds) for p in speeds] == [(100, 50.0, 2.0), (300, 100.0, 4.0)]
    assert not [p for p in curve(rows, [1.0]) if p.name == "words_per_second"]
