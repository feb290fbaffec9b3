import contextlib
import os
import subprocess
import sys

import psutil
import pytest
from filelock import FileLock

from embedsmith.sweep.cores import Cores
from embedsmith.sweep.places import Places, free
from sweep.workspace import wait_for

JOB = """
import os, sys
from pathlib import Path
from embedsmith.sweep.cores import Cores
from embedsmith.sweep.places import Places

os.sched_setaffinity = lambda process, cores: None
os.sched_getaffinity = lambda process: {0, 1}
folder, *places = sys.argv[1:]
cores = Cores(Path(folder), Places(Path(folder) / "places", int(places[0])) if places else None)
shares = []
for line in sys.stdin:
    if line == "share\\n":
        shares.append(cores.share())
        print(shares[-1].__enter__(), flush=True)
    elif line == "free\\n":
        shares.pop().__exit__(None, None, None)
        print("freed", flush=True)
    elif line == "wait\\n":
        cores.leave()
        print("waits", flush=True)
"""


class Other:
    """A job in a process of its own, which does what it is told."""

    def __init__(self, folder, *places):
        command = [sys.executable, "-c", JOB, str(folder), *places]
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

        def start(*places):
            job = Other(tmp_path, *places)
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
    cores.begin()
    yield cores, pinned
    cores.leave()


def test_a_job_that_is_alone_gets_all(mine):
    cores, pinned = mine
    with cores.share() as share:
        assert share == 2
        assert pinned[-1] == [0, 1]
    assert pinned[-1] == [0, 1]


def test_two_jobs_get_one_of_two_each(mine, other):
    cores, pinned = mine
    second = other()
    assert second.ask("share") == "1"
    with cores.share() as share:
        assert share == 1
    assert second.ask("free") == "freed"
    assert pinned[0] == [1]  # the other took the first
    assert pinned[-1] == [0, 1]


def test_what_is_more_than_a_share_goes_to_another_as_soon_as_it_has_something_to_compute(mine, other):
    cores, pinned = mine
    with cores.share() as share:
        assert share == 2
        assert other().ask("share") == "1"
        assert pinned[-1] == [0]
    assert pinned[-1] == [0, 1]


def test_threads_of_what_is_started_are_moved_too(mine, other, monkeypatch):
    cores, _ = mine
    moved = set()
    monkeypatch.setattr(os, "sched_setaffinity", lambda thread, cores: moved.add(thread) if len(cores) == 1 else None)
    threads = "import sys, threading; threading.Thread(target=sys.stdin.read).start(); print(1, flush=True)"
    with (
        cores.share(),
        subprocess.Popen([sys.executable, "-c", threads], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child,
    ):
        child.stdout.readline()
        own = {thread.id for thread in psutil.Process(child.pid).threads()}
        assert other().ask("share") == "1"
        assert len(own) == 2
        assert own <= moved


def test_a_job_that_waits_leaves_its_share_to_the_other(mine, other):
    cores, _ = mine
    second = other()
    cores.leave()
    assert second.ask("share") == "2"
    assert second.ask("free") == "freed"
    cores.begin()
    assert second.ask("share") == "1"


def test_a_job_counts_until_it_waits_or_has_ended(mine, other):
    cores, _ = mine
    second = other()
    assert second.ask("share") == "1"
    assert second.ask("free") == "freed"
    with cores.share() as share:
        assert share == 1
    assert second.ask("wait") == "waits"
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
    cores.leave()
    assert jobs[0].ask("free") == "freed"  # nothing was free: the third waited, and gets what the first gives back
    assert third.process.stdout.readline().strip() == "1"


def test_there_is_a_share_where_processes_cannot_be_pinned(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    cores = Cores(tmp_path)
    with cores.share() as share:
        assert share == os.cpu_count()
    cores.leave()


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


def test_of_the_jobs_of_a_sweep_only_as_many_compute_as_it_has_places(other, tmp_path):
    first, second, places = other("1"), other("1"), Places(tmp_path / "places", 1)
    assert first.ask("share") == "2"
    second.tell("share")
    wait_for(places.wanted)
    assert first.ask("free") == "freed"
    assert second.process.stdout.readline().strip() == "2"  # a place goes to the one that waited
    first.tell("share")
    wait_for(places.wanted)
    assert second.ask("free") == "freed"
    assert first.process.stdout.readline().strip() == "2"
    second.tell("share")
    first.process.kill()  # what is killed leaves its place
    assert second.process.stdout.readline().strip() == "2"


def test_a_job_keeps_its_place_while_nobody_else_wants_it(other, tmp_path):
    job = other("1")
    for _ in range(2):
        assert job.ask("share") == "2"
        assert job.ask("free") == "freed"
    assert not Places(tmp_path / "places", 1).wanted()
    assert not free(FileLock(tmp_path / "places/0.lock"))
    assert job.ask("wait") == "waits"
    assert free(FileLock(tmp_path / "places/0.lock"))
