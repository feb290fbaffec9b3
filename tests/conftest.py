import shutil
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The project's own configuration, in a folder of the test's, which is the working directory."""
    for name in ("conf", "data/raw"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("dvc.yaml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "conf/experiment/default.yaml", tmp_path / "params.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# The same examples each time: what a test finds, the next run finds too.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")
