"""A stage's process, as DVC starts it: a real one, killed and failing for real."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

SCRIPT = """
import sys, time
from pathlib import Path
from embedsmith.errors import InputError
from embedsmith.stages.output import folder
from embedsmith.stages.process import run

def ingest():
    with folder("data/corpus") as out:
        (out / "part").write_text("half")
        {body}
        (out / "rest").write_text("whole")
    return {{"documents": 3}}

run(ingest)
"""


def start(body, parent=()):
    Path("stage.py").write_text(SCRIPT.format(body=body))
    return subprocess.Popen([*parent, sys.executable, "stage.py"], stderr=subprocess.PIPE, text=True)


def wait_for(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def written():
    return Path("data/.corpus.draft/part").exists()


def test_a_whole_output_and_what_the_run_took_are_left(project):
    stage = start("pass")
    assert stage.communicate()[1] == ""
    assert stage.returncode == 0
    assert sorted(file.name for file in Path("data/corpus").iterdir()) == ["part", "rest"]
    (noted,) = Path("build/runtime").glob("ingest-*.json")
    facts = json.loads(noted.read_text())
    assert facts["documents"] == 3
    assert facts["seconds"] > 0
    assert facts["peak_memory_bytes"] > 1_000_000


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("raise InputError('a.csv: no column\\n text; name one')", "ingest: a.csv: no column text; name one\n"),
        ("raise OSError(28, 'No space left on device')", "ingest: no space left on the disk"),
        ("raise MemoryError", "ingest: out of memory"),
    ],
)
def test_a_failure_is_one_line_and_leaves_nothing_and_keeps_what_was_there(project, body, line):
    Path("data/corpus").mkdir()
    Path("data/corpus/good").write_text("good")
    stage = start(body)
    error = stage.communicate()[1]
    assert error.startswith(line)
    assert error.count("\n") == 1
    assert stage.returncode == 1
    assert [file.name for file in Path("data/corpus").iterdir()] == ["good"]
    assert not Path("data/.corpus.draft").exists()


def test_a_full_disk_is_one_line(project):
    small = project / "data" / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        body = "Path('data/small/x').write_bytes(bytes(1 << 20))"
        error = start(body).communicate()[1]
        assert error.startswith("ingest: no space left")
        assert error.count("\n") == 1
    finally:
        subprocess.run(["umount", small], check=True)


def test_what_is_no_instance_of_the_pipeline_is_refused_and_touches_nothing(project):
    Path("build/kept").mkdir(parents=True)
    Path("stage.py").write_text(SCRIPT.format(body="pass"))
    for words in (["../../kept"], ["word2vec", "9"]):
        done = subprocess.run([sys.executable, "stage.py", *words], capture_output=True, text=True)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
    assert Path("build/kept").is_dir()


def test_ctrl_c_while_a_stage_imports_its_libraries_is_one_line(project):
    command = [sys.executable, "-m", "embedsmith.stages.report"]
    for delay in (0.3, 0.45, 0.6):
        stage = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        time.sleep(delay)
        stage.send_signal(signal.SIGINT)
        error = stage.communicate(timeout=10)[1]
        assert error.count("\n") == 1, error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_stage_says_so_and_leaves_nothing(project, number):
    stage = start("time.sleep(60)")
    wait_for(written)
    stage.send_signal(number)
    error = stage.communicate(timeout=10)[1]
    assert error == "ingest: interrupted; nothing half-written is left, run `dvc repro` to go on\n"
    assert stage.returncode == 128 + number
    assert not Path("data/.corpus.draft").exists()


def test_a_stage_ends_when_the_program_that_started_it_is_killed(project):
    script = "import subprocess, sys; subprocess.run(['sh', '-c', sys.argv[1] + ' ' + sys.argv[2] + '; true'])"
    Path("stage.py").write_text(SCRIPT.format(body="time.sleep(60)"))
    parent = subprocess.Popen([sys.executable, "-c", script, sys.executable, "stage.py"], stderr=subprocess.DEVNULL)
    wait_for(written)
    stage = next(
        child for child in psutil.Process(parent.pid).children(recursive=True) if "stage.py" in child.cmdline()
    )
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    wait_for(lambda: not stage.is_running())
    assert not Path("data/.corpus.draft").exists()


def test_what_a_killed_stage_left_is_gone_after_the_next(project):
    stage = start("time.sleep(60)")
    wait_for(written)
    stage.kill()
    stage.communicate()
    assert written()
    assert start("pass").communicate()[1] == ""
    assert not Path("data/.corpus.draft").exists()
    assert Path("data/corpus/rest").exists()


def test_two_stages_do_not_write_one_output(project, monkeypatch):
    first = start("time.sleep(60)")
    wait_for(written)
    second = start("pass")
    error = second.communicate()[1]
    assert error == "ingest: data/corpus: another process is writing it; wait for that one, or end it\n"
    assert second.returncode == 1
    first.kill()
    first.communicate()
