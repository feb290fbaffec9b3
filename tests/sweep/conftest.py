"""One workspace for all tests of sweeps, with one sweep of four jobs in it."""

import json

import pytest
from filelock import FileLock

from sweep.workspace import another, call, make


@pytest.fixture(scope="session")
def swept(tmp_path_factory, worker_id):
    """The workspace, made once for all of pytest's processes; what its sweeps said is in said.json."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    folder, said = base / "swept", base / "said.json"
    with FileLock(base / "swept.lock"):
        if not said.exists():
            make(folder)
            words = ("model.random.vector_size=20,30", "evaluate.similarity.resamples=200,300", "-m", "-j", "2")
            ended = [call("embedsmith", "run", *words, folder=folder) for _ in range(2)]
            said.write_text(json.dumps([[done.returncode, done.stdout, done.stderr] for done in ended]))
    return folder


@pytest.fixture(scope="session")
def said(swept):
    """Exit code, output and errors of the sweep, and of the same sweep again."""
    return json.loads(swept.with_name("said.json").read_text())


@pytest.fixture
def workspace(swept, tmp_path):
    """A workspace of a test's own, with the cache of `swept`."""
    return another(swept, tmp_path / "workspace")
