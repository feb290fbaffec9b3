"""Machines that share a cache in S3: a real S3 interface on this machine, and two clones for two machines."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from embedsmith.errors import InputError
from embedsmith.sweep import remote as remote_module
from embedsmith.sweep.job import prepare
from embedsmith.sweep.remote import Remote
from sweep.workspace import TINY

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("DVC", "MLFLOW", "AWS"))} | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}
JOB = ("experiment=quick", "models=[random]", "variants=[int8]", *TINY, "remote=shared")


def run(*command, folder, check=True):
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def done(folder, how):
    """Names of the stages that the latest run in a clone did in the way `how`."""
    run_folder = max((folder / "build/runs").iterdir())
    events = [json.loads(line) for line in (run_folder / "stages.jsonl").read_text().splitlines()]
    return [event["stage"] for event in events if event["how"] == how]


@pytest.fixture(scope="module")
def s3():
    """The address of an S3 interface with a bucket."""
    boto3 = pytest.importorskip("boto3")
    pytest.importorskip("moto.server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).parent / "moto_server", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    address = f"http://127.0.0.1:{port}"
    own = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=address, **own)
    for _ in range(200):
        try:
            client.create_bucket(Bucket="shared")
            break
        except Exception:
            time.sleep(0.1)
    yield address, client
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def machines(tmp_path_factory, s3):
    """Two machines: clones of one commit, each with a cache of its own and the same remote."""
    first, second = (tmp_path_factory.mktemp(name) / "clone" for name in ("first", "second"))
    prepare(ROOT, first, (ROOT / "conf/experiment/default.yaml").read_text())
    (first / ".dvc/config.local").unlink()
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", *command, folder=first)
    run("git", "clone", "-q", str(first), str(second), folder=first)
    for folder in (first, second):
        connect(folder, s3[0])
    return first, second


def connect(folder, address):
    run("dvc", "remote", "add", "--local", "-d", "shared", "s3://shared/cache", folder=folder)
    run("dvc", "remote", "modify", "--local", "shared", "endpointurl", address, folder=folder)


@pytest.fixture(scope="module")
def computed(machines):
    """The two machines, after the first has run the job."""
    run("embedsmith", "run", *JOB, folder=machines[0])
    return machines


def test_what_one_machine_has_computed_the_other_fetches(computed):
    first, second = computed
    run("embedsmith", "run", *JOB, folder=second)
    assert done(second, "ran") == ["track"]
    assert set(done(second, "restored")) == set(done(first, "ran")) - {"track"}


def test_a_clone_of_applied_results_reproduces_from_s3_without_computing(computed, s3, tmp_path):
    first, _ = computed
    name = max((first / "build/runs").iterdir()).name
    assert "all outputs are those of" in run("embedsmith", "apply", name, folder=first)
    run("dvc", "push", "--run-cache", folder=first)
    run("git", "add", "-A", folder=first)
    run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "results", folder=first)
    run("git", "clone", "-q", str(first), str(tmp_path / "third"), folder=tmp_path)
    connect(tmp_path / "third", s3[0])
    run("dvc", "pull", "--run-cache", folder=tmp_path / "third")
    output = run("dvc", "repro", folder=tmp_path / "third")
    assert re.findall(r"Running stage '(.+?)'", output) == ["track"]
    before, after = (
        yaml.safe_load((folder / "dvc.lock").read_text())["stages"] for folder in (first, tmp_path / "third")
    )
    assert {name: entry for name, entry in after.items() if name != "track"} == before


def test_two_machines_at_once_compute_each_stage_once(computed):
    words = (
        "experiment=quick",
        "models=[random]",
        "variants=[]",
        "remote=shared",
        *TINY[:2],
        "tokenizer.vocab_size=2000",
    )
    processes = [
        subprocess.Popen(("embedsmith", "run", *words), cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        for folder in computed
    ]
    assert [process.wait() for process in processes] == [0, 0], [process.stdout.read() for process in processes]
    first, second = (set(done(folder, "ran")) - {"track"} for folder in computed)
    assert not first & second
    assert {"configure", "tokenize", "train@random-1", "report"} <= first | second


def test_a_bucket_that_vanishes_costs_no_result(computed, s3):
    folder, client = computed[0], s3[1]
    run("dvc", "remote", "modify", "--local", "shared", "url", "s3://gone/cache", folder=folder)
    client.create_bucket(Bucket="gone")
    words = (
        "run",
        "experiment=quick",
        "models=[random]",
        "variants=[]",
        "remote=shared",
        *TINY[:2],
        "tokenizer.vocab_size=2100",
    )
    process = subprocess.Popen(
        ("embedsmith", *words), cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    while not client.list_objects_v2(Bucket="gone", Prefix="cache/runs").get("Contents"):
        time.sleep(0.1)
    empty(client, "gone")
    output = process.communicate()[0]
    assert process.returncode == 1
    assert "Traceback" not in output
    assert len([line for line in output.splitlines() if line.startswith("remote shared: ")]) == 1
    kept = set(done(folder, "ran"))
    client.create_bucket(Bucket="gone")
    run("embedsmith", *words, folder=folder)
    assert not kept & set(done(folder, "ran"))


def empty(client, bucket):
    """Delete a bucket, objects written meanwhile included."""
    for _ in range(50):
        for found in client.list_objects_v2(Bucket=bucket).get("Contents", []):
            client.delete_object(Bucket=bucket, Key=found["Key"])
        try:
            client.delete_bucket(Bucket=bucket)
        except client.exceptions.ClientError:
            continue
        return
    raise AssertionError(f"{bucket} could not be emptied")


@pytest.fixture
def two(machines, s3, monkeypatch):
    """The remote as two processes see it."""
    from dvc.repo import Repo

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, ENVIRONMENT[name])
    return [Remote(Repo(str(machines[1])), "shared") for _ in range(2)]


def test_a_lease_has_one_holder_and_ends_with_it(two):
    first, second = two
    with first.lease("a" * 64) as mine, second.lease("a" * 64) as other:
        assert (mine, other) == (True, False)
    with second.lease("a" * 64) as mine:
        assert mine


def test_a_lease_that_is_renewed_is_kept_and_one_that_is_not_is_broken(two, monkeypatch):
    first, second = two
    monkeypatch.setattr(remote_module, "RENEW", 0.2)
    monkeypatch.setattr(remote_module, "BROKEN", 1.0)
    with first.lease("b" * 64) as mine:
        assert mine
        deadline = time.monotonic() + 2.5
        while time.monotonic() < deadline:
            with second.lease("b" * 64) as other:
                assert not other
    first._fs.fs.pipe_file(first._path("leases", "c" * 64), b"of a machine that was switched off")
    with second.lease("c" * 64) as mine:
        assert not mine
    time.sleep(1.2)
    with second.lease("c" * 64) as mine:
        assert mine


def test_a_remote_that_is_not_there_is_one_line(machines):
    from dvc.repo import Repo

    with pytest.raises(InputError, match="^remote nowhere: .*nowhere"):
        Remote(Repo(str(machines[0])), "nowhere")
