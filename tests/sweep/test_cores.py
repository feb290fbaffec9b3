import contextlib
import os
import subprocess
import sys

import pytest

from embedsmith.sweep.cores import Cores

JOB = """
import os, sys
from pathlib import Path
from embedsmith.sweep.cores import Cores

os.sched_setaffinity = lambda process, cores: None
os.sched_getaffinity = lambda process: {0, 1}
cores = Cores(Path(sys.argv[1]))
shares = []
for line in sys.stdin:
    if line == "share\\n":
        shares.append(cores.share())
        print(shares[-1].__enter__(), flush=True)
    elif line == "free\\n":
        shares.pop().__exit__(None, None, None)
        print("freed", flush=True)
    elif line == "wait\\n":
        waiting = cores.waiting()
        waiting.__enter__()
        print("waits", flush=True)
    elif line == "close\\n":
        cores.close()
        print("closed", flush=True)
"""


class Other:
    """A job in a process of its own, which does what it is told."""

    def __init__(self, folder):
        command = [sys.executable, "-c", JOB, str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, word):
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def ask(self, word):
        self.tell(word)
        return self.process.stdout.readline().strip()


@pytest.fixture
def other(tmp_path):
    """Start another job on the same two processors."""
    with contextlib.ExitStack() as ended:

        def start():
            job = Other(tmp_path)
            ended.callback(job.process.wait)
            ended.callback(job.process.kill)
            return job

        yield start


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """This job's view of two processors, and what it was pinned to."""
    pinned = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})
    monkeypatch.setattr(os, "sched_setaffinity", lambda process, cores: pinned.append(list(cores)))
    cores = Cores(tmp_path)
    yield cores, pinned
    cores.close()


def test_a_job_that_is_alone_gets_all(mine):
    cores, pinned = mine
    with cores.share() as share:
        assert share == 2
        assert pinned == [[0, 1]]
    assert pinned == [[0, 1], [0, 1]]


def test_two_jobs_get_one_of_two_each(mine, other):
    cores, pinned = mine
    second = other()
    assert second.ask("share") == "1"
    with cores.share() as share:
        assert share == 1
    assert second.ask("free") == "freed"
    assert pinned[0] == [1]  # the other took the first
    assert pinned[-1] == [0, 1]


def test_a_job_that_waits_leaves_its_share_to_the_other(mine, other):
    cores, _ = mine
    second = other()
    with cores.waiting():
        assert second.ask("share") == "2"
        assert second.ask("free") == "freed"
    assert second.ask("share") == "1"


def test_a_job_that_has_ended_leaves_its_share_to_the_other(mine, other):
    cores, _ = mine
    second = other()
    assert second.ask("close") == "closed"
    with cores.share() as share:
        assert share == 2


@pytest.mark.parametrize("at_work", [False, True])
def test_a_killed_job_does_not_count(mine, other, at_work):
    cores, _ = mine
    second = other()
    assert second.ask("share") == "1"
    if not at_work:
        second.ask("free")
    second.process.kill()
    second.process.wait()
    with cores.share() as share:
        assert share == 2


def test_no_processor_is_taken_twice(mine, other):
    cores, _ = mine
    jobs = [other(), other()]
    assert [job.ask("share") for job in jobs] == ["1", "1"]
    third = other()
    third.tell("share")
    with cores.waiting():  # nothing is free: the third waits, and gets what the first gives back
        assert jobs[0].ask("free") == "freed"
        assert third.process.stdout.readline().strip() == "1"


def test_there_is_a_share_where_processes_cannot_be_pinned(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    cores = Cores(tmp_path)
    with cores.share() as share:
        assert share == os.cpu_count()
    cores.close()


def test_the_locks_of_jobs_that_ended_do_not_pile_up(mine, other, tmp_path):
    cores, _ = mine
    for _ in range(3):
        job = other()
        assert job.ask("share") in ("1", "2")
        job.process.kill()
        job.process.wait()
    with cores.share():
        pass
    assert [path.name for path in tmp_path.glob("job-*")] == [f"job-{os.getpid()}.lock"]
