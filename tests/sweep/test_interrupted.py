"""A sweep that is interrupted, killed, and gone on with; and a workspace that is edited meanwhile."""

import os
import signal

import yaml

from embedsmith.runs.folders import jobs_of
from embedsmith.runs.job import read
from sweep.workspace import call, computed, interrupt, processes_in, ran, start, sweeps, to_do, wait_for

SOON = 15
"""Seconds in which all processes of a sweep end: each watches its parent twice a second, and has some to end itself."""


def test_a_sweep_interrupted_edited_and_killed_is_finished_and_nothing_is_computed_twice(workspace):
    words = ("evaluate.similarity.resamples=240,250,260", "model.random.vector_size=20", "-m", "-j", "2")
    running = start("embedsmith", "run", *words, folder=workspace)
    wait_for(lambda: ran(*sweeps(workspace)) >= 1)
    (home,) = sweeps(workspace)
    said = f"embedsmith run: interrupted; `embedsmith run --resume {home.name}` goes on\n"
    assert interrupt(running) == ("", said)
    assert running.returncode == 130
    wait_for(lambda: not processes_in(workspace), SOON)
    finished = [computed(home)]

    running = start("embedsmith", "run", "--resume", home.name, folder=workspace)
    wait_for(lambda: ran(home) >= 3)
    edited = workspace / "conf/evaluate/neutral.yaml"
    edited.write_text(edited.read_text().replace("neighbours: 10", "neighbours: 5"))
    os.kill(running.pid, signal.SIGKILL)
    running.communicate(timeout=60)
    wait_for(lambda: not processes_in(workspace), SOON)
    finished.append(computed(home))
    assert "running" in [read(job).status for job in jobs_of(home)]

    resumed = call("embedsmith", "run", "--resume", home.name, folder=workspace)
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert "3 of 3 jobs done" in resumed.stdout
    counts = computed(home)
    assert set(counts.values()) == {1}
    assert all(before <= counts for before in finished)
    for job in jobs_of(home):
        resolved = yaml.safe_load((job / "build/config/similarity/random/1.yaml").read_text())
        assert resolved["similarity"]["agreement"]["neighbours"] == 10  # and not what it was edited to meanwhile
    assert to_do(jobs_of(home)[-1]) == ["track"]  # no lock is left
