"""Jobs of a sweep that log at the same moment."""

import json
import shutil
import sqlite3

import pytest

from embedsmith.tracking.client import Client, MlflowClient
from embedsmith.tracking.corpus import read_corpus
from embedsmith.tracking.store import store_of
from embedsmith.tracking.track import plan, track
from report.tree import write
from tracking.conftest import free_port, start

JOBS = 8


@pytest.fixture
def jobs(fresh, tmp_path_factory):
    """Eight projects that differ in a setting of word2vec; random's run they have in common."""
    root, configuration = fresh
    configuration["models"]["word2vec"]["variants"] = ["untouched", "int8"]
    folders = []
    for number in range(JOBS):
        folder = tmp_path_factory.mktemp("job") / "job"
        shutil.copytree(root, folder)
        write(folder / "build/config/similarity/word2vec/1.yaml", f"similarity: {{threads: {number + 1}}}\n")
        write(folder / "reports/index.html", f"<title>{number}</title>")
        folders.append(folder)
    return folders, configuration


def log_at_once(folders, configuration, **environment):
    processes = [start(folder, configuration, **environment) for folder in folders]
    results = [process.communicate() for process in processes]
    assert [errors for _, errors in results] == [""] * JOBS
    assert all(out.startswith("track: ") and "not logged" not in out for out, _ in results), results
    return results


def check(folders, configuration, found, points):
    """Hold the runs of a store, `points` of each by its id, against the files of all jobs."""
    planned = {run.key: run for folder in folders for run in plan(folder, configuration["models"])}
    assert len(planned) == JOBS * (2 + 1) + 1
    experiment = found.get_experiment_by_name("embedsmith").experiment_id
    listed = found.search_runs([experiment], max_results=1000)
    assert sorted(run.data.tags["key"] for run in listed) == sorted(planned)
    for run in listed:
        assert (run.info.status, run.data.tags["complete"]) == ("FINISHED", "true")
        own = planned[run.data.tags["key"]].contents()
        assert points[run.info.run_id] == len(own.points)
        assert run.data.params == own.params


def count(database):
    with sqlite3.connect(database) as connection:
        return dict(connection.execute("select run_uuid, count(*) from metrics group by 1"))


def test_eight_jobs_log_everything_once_to_a_database_that_is_not_there_yet(jobs, tmp_path):
    folders, configuration = jobs
    uri = f"sqlite:///{tmp_path / 'shared.db'}"
    log_at_once(folders, configuration | {"uri": uri})
    check(folders, configuration, MlflowClient(tracking_uri=uri), count(tmp_path / "shared.db"))


def test_eight_jobs_log_everything_once_to_a_server(jobs, server, tmp_path, empty_database):
    folders, configuration = jobs
    database, port = tmp_path / "server.db", free_port()
    shutil.copy(empty_database, database)
    server(port, f"sqlite:///{database}")
    uri = f"http://127.0.0.1:{port}"
    log_at_once(folders, configuration | {"uri": uri})
    check(folders, configuration, MlflowClient(tracking_uri=uri), count(database))


def test_of_two_machines_that_log_the_same_at_once_one_run_remains(fresh, server, monkeypatch):
    """Their locks are not the same one: each finds the other's run when it is done with its own."""
    root, configuration = fresh
    port = free_port()
    server(port)
    configuration |= {"uri": f"http://127.0.0.1:{port}"}
    store, run = store_of(root, configuration), plan(root, configuration["models"])[0]
    here, there = Client(store), Client(store)
    original, corpus, calls = MlflowClient.log_inputs, read_corpus(root), []

    def log_elsewhere_meanwhile(*arguments, **options):
        monkeypatch.undo()
        with monkeypatch.context() as patch:
            patch.setattr(Client, "_find", lambda client, key: [] if not calls.append(key) else None)
            patch.setattr(Client, "_is_surplus", lambda *_: False)
            there.log(run, corpus)
        return original(*arguments, **options)

    monkeypatch.setattr(MlflowClient, "log_inputs", log_elsewhere_meanwhile)
    here.log(run, corpus)
    assert calls == [run.key]
    found = MlflowClient(tracking_uri=store.uri)
    (left,) = found.search_runs([found.get_experiment_by_name("embedsmith").experiment_id])
    assert left.data.tags["complete"] == "true"
    assert track(root, configuration).startswith("track: 5 runs logged")


def test_a_run_of_an_earlier_sweep_is_found_by_the_later_ones_too_and_not_logged_again(project, monkeypatch):
    root, configuration = project
    for sweep, line in [
        ("dims", f"track: 6 runs logged to sqlite:///{root}/mlflow.db"),
        ("windows", f"track: 0 runs logged to sqlite:///{root}/mlflow.db"),
        ("windows", "track: all 6 runs are logged already"),
    ]:
        monkeypatch.setenv("EMBEDSMITH_SWEEP", sweep)
        assert track(root, configuration) == line
    monkeypatch.delenv("EMBEDSMITH_SWEEP")
    track(root, configuration)
    found = MlflowClient(tracking_uri=f"sqlite:///{root}/mlflow.db")
    experiment = found.get_experiment_by_name("embedsmith").experiment_id
    for sweep in ("dims", "windows"):
        listed = found.search_runs([experiment], f"tags.sweep LIKE '%{sweep}%'")
        assert len(listed) == 6
        assert {run.data.tags["sweep"] for run in listed} == {"dims windows"}


def test_the_same_on_a_server_and_without_importing_mlflow(fresh, server):
    root, configuration = fresh
    port = free_port()
    server(port)
    configuration |= {"uri": f"http://127.0.0.1:{port}"}
    track(root, configuration)
    for sweep in ("dims", "windows"):
        process = start(root, configuration, EMBEDSMITH_SWEEP=sweep, before="import embedsmith.tracking.track as t\n")
        assert process.communicate() == (f"track: 0 runs logged to {configuration['uri']}\n", "")
    found = MlflowClient(tracking_uri=configuration["uri"])
    experiment = found.get_experiment_by_name("embedsmith").experiment_id
    assert {run.data.tags["sweep"] for run in found.search_runs([experiment])} == {"dims windows"}


def test_which_is_best_under_a_size_is_one_filter_and_one_order(project, monkeypatch):
    root, configuration = project
    monkeypatch.setenv("EMBEDSMITH_SWEEP", "dims")
    track(root, configuration)
    found = MlflowClient(tracking_uri=f"sqlite:///{root}/mlflow.db")
    experiment = found.get_experiment_by_name("embedsmith").experiment_id
    where = "metrics.MB < 0.03 and tags.sweep LIKE '%dims%' and tags.model = 'word2vec'"
    best, *others = found.search_runs([experiment], where, order_by=["metrics.score DESC"])
    sizes = {run.info.run_name: run.data.metrics["MB"] for run in found.search_runs([experiment], "metrics.MB > 0")}
    scores = [run.data.metrics["score"] for run in (best, *others)]
    assert scores == sorted(scores, reverse=True)
    assert {run.info.run_name for run in (best, *others)} == {
        name for name, size in sizes.items() if size < 0.03 and name.startswith("word2vec")
    }
    view = found.get_experiment(experiment).tags["mlflow.sharedViewState.score"]
    assert json.loads(json.loads(view)["state"])["orderByKey"] == "metrics.`score`"
    assert best.data.metrics["score"] == best.data.metrics["mean"]
    assert best.data.metrics["MB"] == pytest.approx(best.data.metrics["bytes"] / 1e6)
