"""Against a server as a team runs it: PostgreSQL for the runs, S3 for the artifacts, both real programs on loopback."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from embedsmith.tracking.client import MlflowClient
from embedsmith.tracking.track import plan, track
from tracking.conftest import free_port, kill

BUCKET = "runs"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


def program(name):
    """Find a program of PostgreSQL; Debian keeps those of the server off the PATH."""
    places = [os.environ["PATH"], *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        pytest.skip(f"{name} is missing; `apt-get install postgresql` brings it")
    return found


@pytest.fixture
def postgres():
    """The URI of an empty database; a server of PostgreSQL that is root's it refuses to be."""
    initdb, server = program("initdb"), program("postgres")
    user = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="embedsmith-postgres-"))  # pytest's own are closed to others
    if user:
        shutil.chown(folder, "nobody")
    plain = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}, **user}
    made = [initdb, "-D", folder / "data", "-U", "mlflow", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, **plain)
    port = free_port()
    options = ["-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder, "-F"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([server, *options], stdout=log, stderr=log, **plain)
    yield f"postgresql+psycopg2://mlflow@127.0.0.1:{port}/postgres"
    process.send_signal(2)
    process.wait(30)
    shutil.rmtree(folder)


@pytest.fixture
def s3(monkeypatch):
    """A client of an S3 server, with a bucket."""
    boto3 = pytest.importorskip("boto3")
    pytest.importorskip("moto.server")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    while True:
        try:
            urlopen(f"{url}/moto-api/", timeout=1).close()
            break
        except OSError:
            assert process.poll() is None
            time.sleep(0.1)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    found = boto3.client("s3", endpoint_url=url)
    found.create_bucket(Bucket=BUCKET)
    yield found
    kill(process)


@pytest.fixture
def team(server, postgres, s3):
    """A way to start MLflow's server on a port, on top of the two."""
    return lambda port: server(
        port, postgres, f"s3://{BUCKET}/mlflow", MLFLOW_S3_ENDPOINT_URL=s3.meta.endpoint_url, **KEYS
    )


def objects(s3):
    """Every object of the bucket, by key."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def metrics(postgres):
    """How many points of metrics each run has."""
    from sqlalchemy import create_engine, text

    with create_engine(postgres).connect() as connection:
        return dict(map(tuple, connection.execute(text("select run_uuid, count(*) from metrics group by 1"))))


def contents(run):
    """What should lie in S3 of a run, by path in the run."""
    expected = {path: text.encode() for path, text in run.contents().texts.items()}
    for path, folder in run.contents().artifacts:
        files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
        start = path if path.is_dir() else path.parent
        expected |= {str(Path(folder, file.relative_to(start))): file.read_bytes() for file in files}
    return expected


def check(root, configuration, uri, postgres, s3):
    """Hold what the server has against the files: every run once, every point and byte, and no more."""
    found = MlflowClient(tracking_uri=uri)
    listed = found.search_runs([found.get_experiment_by_name("embedsmith").experiment_id])
    planned = {run.key: run for run in plan(root, configuration["models"])}
    assert sorted(run.data.tags["key"] for run in listed) == sorted(planned)
    counts, stored = metrics(postgres), objects(s3)
    for run in listed:
        own = planned[run.data.tags["key"]]
        assert counts[run.info.run_id] == len(own.contents().points)
        assert run.data.params == own.contents().params
        prefix = f"{run.info.artifact_uri.replace('mlflow-artifacts:', 'mlflow')}/"
        there = {key.removeprefix(prefix): data for key, data in stored.items() if key.startswith(prefix)}
        assert there == contents(own)
        assert len(run.inputs.dataset_inputs) == 1
    assert set(counts) == {run.info.run_id for run in listed}
    assert len(stored) == sum(len(contents(run)) for run in planned.values())


def test_all_is_there_and_after_an_outage_in_the_midst_of_logging_once(fresh, team, postgres, s3, monkeypatch):
    root, configuration = fresh
    port = free_port()
    uri = f"http://127.0.0.1:{port}"
    configuration |= {"uri": uri}
    process = team(port)
    original, calls = MlflowClient.log_artifact, []

    def die(*arguments, **options):
        calls.append(None)
        if len(calls) == 3:  # between the metrics of a run and the last of its artifacts
            kill(process)
        return original(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "log_artifact", die)
        line = track(root, configuration)
    assert line.startswith(f"track: 5 of 6 runs not logged to {uri} (")
    team(port)
    assert track(root, configuration) == f"track: 5 runs logged to {uri}"
    check(root, configuration, uri, postgres, s3)
    assert track(root, configuration) == "track: all 6 runs are logged already"
    check(root, configuration, uri, postgres, s3)


def test_a_bucket_that_vanishes_is_one_line_and_all_is_there_when_it_is_back(fresh, team, postgres, s3):
    root, configuration = fresh
    port = free_port()
    uri = f"http://127.0.0.1:{port}"
    configuration |= {"uri": uri}
    team(port)
    s3.delete_bucket(Bucket=BUCKET)
    line = track(root, configuration)
    assert line.startswith(f"track: 6 of 6 runs not logged to {uri} (")
    assert "\n" not in line
    s3.create_bucket(Bucket=BUCKET)
    assert track(root, configuration) == f"track: 6 runs logged to {uri}"
    check(root, configuration, uri, postgres, s3)
