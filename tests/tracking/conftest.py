import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from embedsmith.config.instances import Inputs
from report.tree import CHAINS, config, write, write_tree

ROOT = Path(__file__).parents[2]
SETTINGS = ("MLFLOW_TRACKING_URI", "DVC_ROOT", "EMBEDSMITH_SWEEP")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """An MLflow database without experiments of ours: making one takes seconds, copying it none."""
    from embedsmith.tracking.client import MlflowClient

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    MlflowClient(tracking_uri=f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def fresh(tmp_path):
    """A folder with all that `track` reads of word2vec (untouched, fp16, int8, pca) and random, and its configuration.

    There is no store yet.
    """
    write_tree(tmp_path, config())
    shutil.copy(ROOT / "dvc.yaml", tmp_path)
    params = {"local": "data/raw", "models": ["word2vec", "random"], "seeds": [1], "variants": [*CHAINS]}
    write(tmp_path / "params.yaml", yaml.safe_dump(params))
    write(tmp_path / "data/corpus/part-00000.parquet", "not read")
    write(tmp_path / "reports/summary.md", "# Results\n")
    write(tmp_path / "reports/index.html", "<title>report</title>")
    write(tmp_path / "dvc.lock", "schema: '2.0'\n")
    write(tmp_path / "build/config/ingest.yaml", yaml.safe_dump({"sources": {"sotu": {"limit": None}}}))
    write(tmp_path / "build/config/tokenize.yaml", yaml.safe_dump({"kind": "unigram", "vocab_size": 16000}))
    for model in ("word2vec", "random"):
        for kind in ("similarity", "anisotropy", "downstream"):
            write(tmp_path / f"build/config/{kind}/{model}/1.yaml", yaml.safe_dump({kind: {"threads": 1}}))
    return tmp_path, {"models": config()["models"], "uri": None, "experiment": "embedsmith", "live_after_seconds": None}


@pytest.fixture
def project(fresh, empty_database):
    """The same with an empty store."""
    shutil.copy(empty_database, fresh[0] / "mlflow.db")
    return fresh


def note_runtime(root, instance, facts):
    """Leave what a stage notes of its run."""
    key = Inputs(root).hash(instance)
    write(root / f"build/runtime/{instance}-{key}.json", json.dumps(facts))


TRACK = """
import json, os, sys, time
from pathlib import Path
{before}
from embedsmith.tracking.track import track
print(track(Path(sys.argv[1]), json.loads(sys.argv[2])))
{after}
"""


def start(root, configuration, before="", after="", **environment):
    """Start `track` in a process of its own, with code run before and after it."""
    return subprocess.Popen(
        [sys.executable, "-c", TRACK.format(before=before, after=after), str(root), json.dumps(configuration)],
        env=os.environ | environment,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def server(tmp_path_factory, empty_database):
    """A way to start a real MLflow server on a port, with a store of its own."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(empty_database, folder / "mlflow.db")
    started = []

    def start(port, store=f"sqlite:///{folder / 'mlflow.db'}", artifacts=str(folder / "artifacts"), **environment):
        log = (folder / "log").open("w")
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--backend-store-uri", store, "--artifacts-destination", artifacts),
            ],
            env=os.environ
            | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
            | environment,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        started.append(process)
        for _ in range(600):
            try:
                with urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                    return process
            except OSError:
                time.sleep(0.1)
        raise AssertionError((folder / "log").read_text())

    yield start
    for process in started:
        kill(process)


def kill(process):
    """Kill the server with its workers."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()
