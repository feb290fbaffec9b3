"""Sweeps as a user runs them, on a small slice of the real corpus."""

import sqlite3

import yaml

from embedsmith.runs.folders import jobs_of
from embedsmith.runs.job import read
from embedsmith.sweep.stages import KNOWN, outcome, read_events
from sweep.workspace import (
    CHOICES,
    TINY,
    another,
    call,
    computed,
    processes_in,
    run,
    stages,
    start,
    sweeps,
    to_do,
    wait_for,
)


def test_each_distinct_instance_is_computed_exactly_once(swept, said):
    first, _ = sweeps(swept)
    counts = computed(first)
    assert set(counts.values()) == {1}
    assert stages(counts) == {
        **dict.fromkeys(("ingest", "tokenize"), 1),
        **dict.fromkeys(("train", "compress", "anisotropy", "bias", "downstream"), 2),
        **dict.fromkeys(("configure", "similarity", "report"), 4),
    }
    assert [read(job).status for job in jobs_of(first)] == ["done"] * 4
    code, out, errors = said[0]
    assert (code, errors) == (0, "")
    lines = out.splitlines()  # how it ended, and nothing of its steps
    assert lines[0] == f"build/sweeps/{first.name}: 4 of 4 jobs done; 24 stages computed, 16 shared or restored"
    assert [line.partition(":")[0] for line in lines[1:]] == [
        f"build/sweeps/{first.name}/overview.html",
        f"sweep {first.name}",
    ]


def test_the_same_sweep_again_computes_nothing(swept, said):
    _, again = sweeps(swept)
    assert not computed(again)
    for job in jobs_of(again):
        assert set(outcome(read_events(job)).values()) == {KNOWN}
    assert "0 stages computed, 40 shared or restored" in said[1][1]


def test_the_workspace_stays_as_it_was(swept):
    assert run("git", "status", "--porcelain", folder=swept) == ""
    assert not (swept / "dvc.lock").exists()
    assert not (swept / "data/corpus").exists()


def test_every_job_is_logged_to_the_store_of_the_workspace_once(swept):
    with sqlite3.connect(swept / "mlflow.db") as store:
        names = [name for (name,) in store.execute("select name from runs where lifecycle_stage = 'active'")]
    assert names.count("random/s1/untouched") == 4


def test_a_job_leaves_what_dvc_repro_leaves(swept, tmp_path):
    job = jobs_of(sweeps(swept)[0])[0]
    assert to_do(job) == ["track"]
    plain = another(swept, tmp_path / "plain", cache=tmp_path / "cache")
    run("embedsmith", "use", "quick", "models=[random]", *TINY, *CHOICES, folder=plain)
    run("dvc", "repro", folder=plain)
    ours, theirs = (yaml.safe_load((folder / "dvc.lock").read_text())["stages"] for folder in (job, plain))
    assert ours == theirs


def test_two_sweeps_at_once_share_what_they_have_in_common(workspace):
    words = ("evaluate.similarity.resamples=210,220", "model.random.vector_size=20", "-m")
    both = [start("embedsmith", "run", *words, folder=workspace) for _ in range(2)]
    for process in both:
        out, errors = process.communicate(timeout=300)
        assert (process.returncode, errors) == (0, ""), out
    assert len(sweeps(workspace)) == 2
    counts = computed(*sweeps(workspace))
    assert set(counts.values()) == {1}
    assert stages(counts) == {"configure": 2, "similarity": 2, "report": 2}


def test_a_job_that_fails_fails_alone_and_is_all_that_a_resumed_sweep_runs_again(workspace):
    command = ("embedsmith", "run", "model.random.vector_size=0,20", "evaluate.similarity.resamples=200", "-m")
    done = call(*command, folder=workspace)
    (home,) = sweeps(workspace)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == f"build/sweeps/{home.name}: 1 of 2 jobs done; 0 stages computed, 10 shared or restored"
    error = "configure: params.yaml: model.random.vector_size: must be at least 1, not 0"
    assert lines[1] == f"{home.name}/0 failed: {error} (build/sweeps/{home.name}/0/job.log)"
    assert lines[2].startswith(f"embedsmith run --resume {home.name}")
    assert error in (home / "0/job.log").read_text()
    assert "Traceback" not in done.stdout + done.stderr + (home / "0/job.log").read_text()
    before = [(home / number / "job.json").stat().st_mtime_ns for number in ("0", "1")]
    again = call("embedsmith", "run", "--resume", home.name, folder=workspace)
    after = [(home / number / "job.json").stat().st_mtime_ns for number in ("0", "1")]
    assert (again.returncode, again.stdout) == (1, done.stdout)
    assert before[0] < after[0]
    assert before[1] == after[1]


def test_a_job_that_is_killed_says_so(workspace):
    words = ("evaluate.similarity.resamples=230", "model.random.vector_size=20", "-m")
    running = start("embedsmith", "run", *words, folder=workspace)

    wait_for(lambda: processes_in(workspace, "embedsmith.stages.similarity"))
    for process in processes_in(workspace, "embedsmith.stages.similarity"):
        process.kill()
    out, errors = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "stages.similarity random 1: it was killed" in out
    assert errors == ""
