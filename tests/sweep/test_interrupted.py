"""A sweep that is interrupted, killed, and gone on with; and a workspace that is edited meanwhile."""

import os
import signal

import pytest
import yaml

from embedsmith.runs.folders import jobs_of
from embedsmith.runs.job import read
from sweep.workspace import another, call, computed, interrupt, processes_in, start, sweeps, to_do, wait_for

SOON = 15
"""Seconds in which all processes of a sweep end: each watches its parent twice a second, and has some to end itself."""


@pytest.fixture(scope="module")
def interrupted(swept, tmp_path_factory):
    """A sweep of three jobs: interrupted, resumed, killed after an edit of conf/, and resumed to its end."""
    folder = another(swept, tmp_path_factory.mktemp("interrupted") / "workspace")
    found = {"folder": folder}
    words = ("evaluate.similarity.resamples=240,250,260", "model.random.vector_size=20", "-m", "-j", "2")
    running = start("embedsmith", "run", *words, folder=folder)
    wait_for(lambda: sweeps(folder) and sum(computed(*sweeps(folder)).values()) >= 1)
    found["interrupted"] = (*interrupt(running), running.returncode)
    wait_for(lambda: not processes_in(folder), SOON)
    (home,) = sweeps(folder)
    found["finished"] = [computed(home)]
    running = start("embedsmith", "run", "--resume", home.name, folder=folder)
    wait_for(lambda: sum(computed(home).values()) >= 3)
    edited = folder / "conf/evaluate/neutral.yaml"
    edited.write_text(edited.read_text().replace("neighbours: 10", "neighbours: 5"))
    os.kill(running.pid, signal.SIGKILL)
    running.communicate(timeout=60)
    wait_for(lambda: not processes_in(folder), SOON)
    found["finished"].append(computed(home))
    found["statuses"] = [read(job).status for job in jobs_of(home)]
    found["resumed"] = call("embedsmith", "run", "--resume", home.name, folder=folder)
    return found


def test_an_interrupted_sweep_says_one_line(interrupted):
    out, errors, code = interrupted["interrupted"]
    assert (out, errors, code) == ("", "embedsmith run: interrupted\n", 130)


def test_a_resumed_sweep_finishes_what_a_kill_cut_short(interrupted):
    assert "running" in interrupted["statuses"]
    resumed = interrupted["resumed"]
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert "3 of 3 jobs done" in resumed.stdout


def test_nothing_that_was_finished_is_computed_again(interrupted):
    (home,) = sweeps(interrupted["folder"])
    counts = computed(home)
    assert set(counts.values()) == {1}
    for finished in interrupted["finished"]:
        assert finished <= counts


def test_an_edit_leaks_into_no_job(interrupted):
    (home,) = sweeps(interrupted["folder"])
    for job in jobs_of(home):
        resolved = yaml.safe_load((job / "build/config/similarity/random/1.yaml").read_text())
        assert resolved["similarity"]["agreement"]["neighbours"] == 10
    assert "neighbours: 5" in (interrupted["folder"] / "conf/evaluate/neutral.yaml").read_text()


def test_no_lock_is_left(interrupted):
    (home,) = sweeps(interrupted["folder"])
    assert to_do(jobs_of(home)[-1]) == ["track"]
