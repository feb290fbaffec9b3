import sqlite3
from pathlib import Path

import pytest
import yaml

from embedsmith.config.check import build
from embedsmith.errors import InputError
from embedsmith.tracking.logged import ask
from embedsmith.tracking.settings import TrackingSettings
from embedsmith.tracking.store import UnreachableError, choose
from embedsmith.tracking.track import track


def settings(uri=None):
    return TrackingSettings(uri=uri, experiment="embedsmith", live_after_seconds=None)


def test_the_projects_own_settings_are_valid_and_leave_the_uri_open():
    found = build(TrackingSettings, yaml.safe_load(Path("conf/tracking/default.yaml").read_text()), "tracking")
    assert (found.uri, found.experiment) == (None, "embedsmith")


def test_by_default_the_store_lies_in_the_projects_folder(tmp_path):
    store = choose(settings(), {}, tmp_path)
    assert store.uri == f"sqlite:///{tmp_path}/mlflow.db"
    assert store.database == tmp_path / "mlflow.db"
    assert store.artifacts == str(tmp_path / "mlartifacts")
    assert store.lock.parent == tmp_path


def test_the_configuration_goes_before_the_environment_and_that_before_the_default(tmp_path):
    environment = {"MLFLOW_TRACKING_URI": "http://elsewhere:5000"}
    assert choose(settings(), environment, tmp_path).uri == "http://elsewhere:5000"
    assert choose(settings("https://here"), environment, tmp_path).uri == "https://here"


@pytest.mark.parametrize("uri", ["sqlite:///kept/runs.db", "sqlite:////kept/runs.db"])
def test_a_relative_database_lies_under_the_project_whatever_the_working_directory(tmp_path, uri):
    absolute = uri.startswith("sqlite:////")
    assert choose(settings(uri), {}, tmp_path).database == Path("/" if absolute else tmp_path) / "kept/runs.db"


def test_a_servers_artifacts_are_the_servers_matter(tmp_path):
    assert choose(settings("http://here:5000"), {}, tmp_path).artifacts is None


def test_a_password_is_not_shown(tmp_path):
    store = choose(settings("postgresql+psycopg2://user:secret@host:5432/runs"), {}, tmp_path)
    assert str(store) == "postgresql+psycopg2://host:5432/runs"


@pytest.mark.parametrize("uri", ["mlruns", "file:///mlruns", "sqllite:///mlflow.db", "/home/me/mlruns"])
def test_what_is_no_tracking_uri_is_refused_with_its_key(tmp_path, uri):
    with pytest.raises(InputError, match=rf"^tracking.uri: '{uri}' is not a tracking URI; use one of sqlite,"):
        build(TrackingSettings, {"uri": uri, "experiment": "x", "live_after_seconds": 1}, "tracking")
    with pytest.raises(InputError, match="^MLFLOW_TRACKING_URI: "):
        choose(settings(), {"MLFLOW_TRACKING_URI": uri}, tmp_path)


def test_an_experiment_needs_a_name():
    with pytest.raises(InputError, match=r"^tracking.experiment: empty"):
        build(TrackingSettings, {"uri": None, "experiment": " ", "live_after_seconds": 1}, "tracking")


def test_a_database_that_does_not_exist_yet_has_nothing(tmp_path):
    assert ask(choose(settings(), {}, tmp_path)).logged(["a"]) == {}
    sqlite3.connect(tmp_path / "mlflow.db").close()
    assert ask(choose(settings(), {}, tmp_path)).logged(["a"]) == {}


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "mlflow.db").write_text("not a database, but long enough to look like one " * 20)
    with pytest.raises(UnreachableError, match="file is not a database"):
        ask(choose(settings(), {}, tmp_path)).logged(["a"])


def test_a_database_locked_by_another_process_stops_nothing(project, monkeypatch):
    root, configuration = project
    monkeypatch.setattr("embedsmith.tracking.logged.PATIENCE", 0.1)
    holder = sqlite3.connect(root / "mlflow.db")
    holder.execute("begin exclusive")
    line = track(root, configuration)
    holder.close()
    assert line.endswith("mlflow.db (database is locked); the next `dvc repro` catches up")
    assert track(root, configuration).startswith("track: 6 runs logged")


def test_a_folder_that_cannot_be_written_stops_nothing(project):
    root, configuration = project
    (root / "file").write_text("")
    line = track(root, configuration | {"uri": "sqlite:///file/mlflow.db"})
    assert line.startswith("track: 6 of 6 runs not logged to sqlite:///")
    assert line.endswith("the next `dvc repro` catches up")
