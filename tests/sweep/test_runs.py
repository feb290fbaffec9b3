import json

import pytest
from filelock import FileLock
from rich.console import Console

from embedsmith.runs.folders import Sweep
from embedsmith.runs.job import Job
from embedsmith.sweep.runs import Run, runs, table


@pytest.fixture
def root(tmp_path):
    """A sweep of two jobs, one of them with scores."""
    home = tmp_path / "build/sweeps/s"
    for number, status in (("0", "done"), ("1", "failed")):
        (home / number).mkdir(parents=True)
        overrides = ["models=[word2vec]", "seeds=[1,2]"]
        Job(name=f"s/{number}", sweep="s", overrides=overrides, status=status, seconds=12.6).write(home / number)
    Sweep(name="s", overrides=[], jobs=2).write(home)
    return tmp_path


def scored(folder, name, **figures):
    path = folder / "reports/scores" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures))


def test_a_run_is_listed_with_its_best_variant(root):
    scored(root / "build/sweeps/s/0", "word2vec/1/int8", mean=0.3, bytes=1_500_000)
    scored(root / "build/sweeps/s/0", "word2vec/2/fp16", mean=0.4, bytes=2_500_000)
    first, second = runs(root)
    said = {"overrides": "models=[word2vec] seeds=[1,2]", "seconds": 12.6}
    assert first == Run(name="s/0", status="done", best="word2vec/s2/fp16", score=0.4, bytes=2_500_000, **said)
    assert second == Run(name="s/1", status="failed", **said)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"bytes": 3}', '{"mean": 0.9}'])
def test_a_score_that_cannot_be_read_hides_no_run(root, text):
    folder = root / "build/sweeps/s/0"
    scored(folder, "word2vec/1/int8", mean=0.3, bytes=1_500_000)
    (folder / "reports/scores/word2vec/1/fp16.json").write_text(text)
    assert [run.best for run in runs(root)] == ["word2vec/s1/int8", None]


def test_what_failed_is_listed_with_its_error(root):
    Job(name="s/1", sweep="s", overrides=[], status="failed", error="train: no [words]").write(
        root / "build/sweeps/s/1"
    )
    assert [run.error for run in runs(root)] == [None, "train: no [words]"]
    console = Console(width=150)
    with console.capture() as text:
        console.print(table(list(runs(root))))
    assert "train: no [words]" in text.get()


def test_a_folder_without_a_job_is_no_run(root):
    (root / "build/sweeps/s/1/job.json").write_text("{")
    assert [run.name for run in runs(root)] == ["s/0"]
    assert not list(runs(root / "elsewhere"))


def test_the_table_shows_choices_as_they_were_given(root):
    scored(root / "build/sweeps/s/0", "word2vec/1/int8", mean=0.3, bytes=1_500_000)
    console = Console(width=150)
    with console.capture() as text:
        console.print(table(list(runs(root))))
    _, first, second = text.get().splitlines()
    assert first.split() == [
        "s/0",
        "done",
        "models=[word2vec]",
        "seeds=[1,2]",
        "13",
        "word2vec/s1/int8",
        "0.300",
        "1.50",
    ]
    assert second.split() == ["s/1", "failed", "models=[word2vec]", "seeds=[1,2]", "13"]


def test_a_job_is_running_while_its_sweep_is_and_stopped_when_it_was_killed(root):
    home = root / "build/sweeps/s"
    Job(name="s/1", sweep="s", overrides=[], status="running").write(home / "1")
    with FileLock(home / "lock"):
        assert [run.status for run in runs(root)] == ["done", "running"]
    assert [run.status for run in runs(root)] == ["done", "stopped"]
