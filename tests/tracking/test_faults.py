"""Faults while runs are logged: one line each, nothing lost, and the next call catches up."""

import json
import os
import signal
import sqlite3
import subprocess

import pytest

from embedsmith.tracking.client import MlflowClient
from embedsmith.tracking.track import track
from report.tree import write
from tracking.conftest import free_port, start
from tracking.test_track import client, runs

LARGE = 200_000_000


def line_of(process):
    out, errors = process.communicate()
    assert errors == ""
    assert out.count("\n") == 1
    return out


def grow(root, size=LARGE):
    """Make the artifact of int8 one of `size` bytes; return the file that does."""
    path = root / "data/variants/word2vec/1/int8/large.bin"
    with path.open("wb") as file:
        file.truncate(size - 1)
        file.seek(size - 1)
        file.write(b"x")
    return path


def test_a_database_that_another_process_writes_to_for_long_stops_nothing(project):
    root, configuration = project
    holder = sqlite3.connect(root / "mlflow.db")
    holder.execute("begin immediate")  # it can still be read
    line = line_of(start(root, configuration))
    holder.close()
    assert line.startswith(f"track: 6 of 6 runs not logged to sqlite:///{root}/mlflow.db (")
    assert "database is locked" in line
    assert track(root, configuration).startswith("track: 6 runs logged")
    assert len(runs(client(root))) == 6


def test_a_server_that_hangs_in_the_midst_is_given_up_and_caught_up_with(fresh, server):
    root, configuration = fresh
    port = free_port()
    process = server(port)
    configuration |= {"uri": f"http://127.0.0.1:{port}"}
    stop = f"""
import signal, embedsmith.tracking.client as c
log, calls = c.MlflowClient.log_text, []
def hang(*arguments):
    calls.append(1)
    if len(calls) == 3: os.killpg({process.pid}, signal.SIGSTOP)
    return log(*arguments)
c.MlflowClient.log_text = hang
"""
    line = line_of(start(root, configuration, before=stop, MLFLOW_HTTP_REQUEST_TIMEOUT="2"))
    assert line.startswith(f"track: 4 of 6 runs not logged to {configuration['uri']} (")
    os.killpg(process.pid, signal.SIGCONT)
    assert track(root, configuration).startswith("track: 4 runs logged")
    found = MlflowClient(tracking_uri=configuration["uri"])
    assert len(runs(found)) == 6


def test_an_artifact_of_200_mb_goes_through_a_server_whole(fresh, server):
    root, configuration = fresh
    large, port = grow(root), free_port()
    server(port)
    configuration |= {"uri": f"http://127.0.0.1:{port}"}
    assert line_of(start(root, configuration)).startswith("track: 6 runs logged")
    found = MlflowClient(tracking_uri=configuration["uri"])
    run = runs(found)["word2vec/s1/int8"]
    sizes = {file.path: file.file_size for file in found.list_artifacts(run.info.run_id, "embedding")}
    assert sizes["embedding/large.bin"] == large.stat().st_size == LARGE


def test_where_artifacts_have_no_room_it_is_said_and_all_is_there_when_they_have(project):
    root, configuration = project
    large = grow(root)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000))"
    line = line_of(start(root, configuration, before=limit))
    assert line.startswith(f"track: 4 of 6 runs not logged to sqlite:///{root}/mlflow.db (")
    assert "File too large" in line
    assert track(root, configuration).startswith("track: 4 runs logged")
    run = runs(client(root))["word2vec/s1/int8"]
    stored = root / "mlartifacts" / run.info.run_id / "artifacts/embedding/large.bin"
    assert stored.stat().st_size == large.stat().st_size


def test_a_full_disk_of_artifacts_is_said_and_all_is_there_when_it_has_room(project):
    root, configuration = project
    disk = root / "mlartifacts"
    disk.mkdir()
    grow(root, 3_000_000)
    options = {"capture_output": True, "check": False}
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], **options).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    try:
        line = track(root, configuration)
        assert "No space left on device" in line
        assert "runs not logged to" in line
        assert "\n" not in line
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        assert track(root, configuration).startswith("track: ")
        for run in runs(client(root)).values():
            assert run.data.tags["complete"] == "true"
            variant = run.data.tags.get("variant")
            if variant:
                own = root / "data/variants" / run.data.tags["model"] / "1" / variant
                stored = disk / run.info.run_id / "artifacts/embedding"
                assert {file.name: file.read_bytes() for file in stored.iterdir()} == {
                    file.name: file.read_bytes() for file in own.iterdir()
                }
    finally:
        subprocess.run(["umount", disk], check=True)


def test_what_a_run_that_broke_off_has_logged_stays_as_it_was_first_logged(project):
    """Facts of the machine, as seconds, may differ when it is completed: a second value would be a second point."""
    root, configuration = project
    fact = '{"seconds": 90.0}'
    from embedsmith.config.instances import Inputs

    noted = root / f"build/runtime/train@word2vec-1-{Inputs(root).hash('train@word2vec-1')}.json"
    write(noted, fact)
    fail = "import embedsmith.tracking.client as c; c.MlflowClient.log_text = lambda *_: os._exit(1)"
    start(root, configuration, before=fail).communicate()
    write(noted, json.dumps(json.loads(fact) | {"seconds": 91.0}))
    track(root, configuration)
    found = client(root)
    run = runs(found)["word2vec/s1/untouched"]
    assert [point.value for point in found.get_metric_history(run.info.run_id, "train.seconds")] == [90.0]
