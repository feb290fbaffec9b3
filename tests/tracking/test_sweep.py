"""The run of a sweep as a whole."""

import json
import shutil

import pytest

from embedsmith.errors import InputError
from embedsmith.runs.folders import Sweep
from embedsmith.runs.job import Job
from embedsmith.tracking.sweep import log_sweep
from report.tree import write
from tracking.test_track import client, runs


@pytest.fixture
def sweep(project):
    """A workspace with a sweep of three jobs: two done, of which one is better, and one failed."""
    root, configuration = project
    folder = root / "build/sweeps/dims"
    Sweep(name="dims", overrides=["model.word2vec.vector_size=50,100", "seeds=[1]"], jobs=3).write(folder)
    for number, status in enumerate(("done", "done", "failed")):
        job = folder / str(number)
        overrides = ["seeds=[1]", f"model.word2vec.vector_size={50 * (number % 2 + 1)}"]
        Job(name=f"dims/{number}", sweep="dims", overrides=overrides, status=status, seconds=10.0).write(job)
        write(job / "build/config/track.yaml", json.dumps(configuration))
        shutil.copytree(root / "reports", job / "reports")
    path = folder / "1/reports/metrics/word2vec/1/similarity.json"
    scores = json.loads(path.read_text())
    scores["int8"]["mean"]["score"] = 0.75
    scores["fp16"]["mean"] = {"refused": True}
    path.write_text(json.dumps(scores))
    failed = folder / "2/reports/metrics/word2vec/1/similarity.json"
    failed.write_text(json.dumps({name: {"mean": {"score": 0.9}} for name in scores}))
    write(folder / "table.csv", "model,score\n")
    return root, folder


def test_a_sweep_has_a_run_of_its_own_with_its_overview(sweep):
    root, folder = sweep
    assert log_sweep(root, folder) == f"sweep dims: its overview is logged to sqlite:///{root}/mlflow.db"
    run = runs(client(root))["dims"]
    assert run.data.params == {"model.word2vec.vector_size": "50,100", "seeds": "[1]"}
    assert run.data.metrics == {"jobs": 3, "done": 2, "failed": 1, "best_score": 0.75}
    assert (run.data.tags["sweep"], run.data.tags["kind"], run.info.status) == ("dims", "overview", "FINISHED")
    assert {file.path for file in client(root).list_artifacts(run.info.run_id)} == {"sweep.json", "table.csv"}
    tags = client(root).get_experiment_by_name("embedsmith").tags
    view = json.loads(tags["mlflow.sharedViewState.sweep-dims"])
    assert view["name"] == "dims"
    assert json.loads(view["state"])["selectedColumns"][-1] == "params.`model.vector_size`"
    assert json.loads(view["state"])["searchFilter"] == "tags.sweep LIKE '%dims%' and metrics.score > -1"


def test_a_resumed_sweep_has_the_same_run_brought_up_to_date(sweep):
    root, folder = sweep
    log_sweep(root, folder)
    Job(name="dims/2", sweep="dims", overrides=[], status="done", seconds=10.0).write(folder / "2")
    write(folder / "overview.html", "<title>dims</title>")
    for _ in range(2):
        log_sweep(root, folder)
    found = client(root)
    run = runs(found)["dims"]
    assert run.data.metrics == {"jobs": 3, "done": 3, "failed": 0, "best_score": 0.9}
    histories = {name: len(found.get_metric_history(run.info.run_id, name)) for name in run.data.metrics}
    assert histories == {"jobs": 1, "done": 2, "failed": 2, "best_score": 2}
    assert "overview.html" in {file.path for file in found.list_artifacts(run.info.run_id)}


def test_a_store_that_is_down_is_said_and_stops_nothing(sweep):
    root, folder = sweep
    (root / "mlflow.db").write_text("no database")
    line = log_sweep(root, folder)
    assert line.startswith(f"sweep dims: its overview is not logged to sqlite:///{root}/mlflow.db (")
    assert "\n" not in line


def test_what_is_no_sweep_is_told(tmp_path):
    with pytest.raises(InputError, match="no such sweep"):
        log_sweep(tmp_path, tmp_path)
