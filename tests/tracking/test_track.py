import json
import shutil
import sqlite3
import subprocess
import time

import pytest

from embedsmith.errors import InputError
from embedsmith.tracking.client import MlflowClient
from embedsmith.tracking.track import plan, track
from report.tree import write_renamed
from tracking.conftest import note_runtime, start

NAMES = ["random/s1/untouched", "word2vec/s1/fp16", "word2vec/s1/int8", "word2vec/s1/pca", "word2vec/s1/untouched"]


def client(root):
    return MlflowClient(tracking_uri=f"sqlite:///{root}/mlflow.db")


def runs(found, experiment="embedsmith"):
    """Return the runs of an experiment by name; a name that stands twice is an error."""
    listed = found.search_runs([found.get_experiment_by_name(experiment).experiment_id], max_results=1000)
    assert len({run.info.run_name for run in listed}) == len(listed)
    return {run.info.run_name: run for run in listed}


def rows(root):
    """Return how many rows each table of the store has."""
    with sqlite3.connect(root / "mlflow.db") as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: database.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables}


def test_every_variant_and_the_pipeline_have_a_run_of_their_own(project):
    root, configuration = project
    assert track(*project) == f"track: 6 runs logged to sqlite:///{root}/mlflow.db"
    found = runs(client(root))
    key = plan(root, configuration["models"])[-1].key
    assert sorted(found) == sorted([f"pipeline/{key[:8]}", *NAMES])
    assert all("mlflow.parentRunId" not in run.data.tags for run in found.values())
    assert {run.info.status for run in found.values()} == {"FINISHED"}
    assert {run.data.tags["pipeline"] for run in found.values()} == {key}


def test_a_variant_has_its_settings_metrics_tags_and_corpus(project):
    root, _ = project
    track(*project)
    pca = runs(client(root))["word2vec/s1/pca"]
    assert pca.data.params == {
        **{"model": "word2vec", "seed": "1", "variant": "pca", "variant.chain": "pca", "variant.pca.reduction": "4.0"},
        **{"model.kind": "word2vec", "model.vector_size": "32", "model.baseline": "false"},
        **{"corpus.sources.sotu.limit": "null", "tokenizer.kind": "unigram", "tokenizer.vocab_size": "16000"},
        **{f"evaluate.{kind}.threads": "1" for kind in ("similarity", "anisotropy", "downstream")},
        **{"evaluate.bias.limits": "{}"},
        **{f"evaluate.bias.tests.{test}.targets": '["Flowers", "Insects"]' for test in ("weat1", "weat2")},
        **{f"evaluate.bias.tests.{test}.attributes": '["Pleasant", "Unpleasant"]' for test in ("weat1", "weat2")},
    }
    metrics = pca.data.metrics
    assert metrics["wordsim353"] == pytest.approx(0.592 * 0.7)
    assert metrics["wordsim353.coverage"] == pytest.approx(348 / 353, rel=1e-5)
    assert (metrics["topics"], metrics["topics.p"]) == (pytest.approx(0.85 * 0.7), 0.02)
    assert (metrics["kept_of.topics"], metrics["macro_f1.topics"]) == (0.7, pytest.approx(0.8 * 0.7))
    assert (metrics["share"], metrics["share.low"], metrics["share.high"]) == (0.7, 0.6, 0.8)
    assert (metrics["weat1"], metrics["weat1.p"], metrics["dimension"]) == (1.2, 0.0004, 8)
    assert {"bytes", "model_bytes", "mean_cosine", "isoscore"} <= set(metrics)
    assert {name: pca.data.tags[name] for name in ("model", "seed", "variant")} == {
        **{"model": "word2vec", "seed": "1", "variant": "pca"}
    }
    (corpus,) = pca.inputs.dataset_inputs
    assert (corpus.dataset.name, len(corpus.dataset.digest)) == ("sotu", 36)
    assert json.loads(corpus.dataset.profile) == {"documents": 120, "sentences": 4000, "words": 61000}


def test_a_variant_has_its_artifact_and_plots(project, tmp_path_factory):
    root, _ = project
    track(*project)
    int8 = runs(client(root))["word2vec/s1/int8"]
    assert int8.info.artifact_uri.startswith(str(root / "mlartifacts"))
    copy = tmp_path_factory.mktemp("artifacts")
    client(root).download_artifacts(int8.info.run_id, "", str(copy))
    for path in (root / "data/variants/word2vec/1/int8").iterdir():
        assert (copy / "embedding" / path.name).read_bytes() == path.read_bytes()
    assert (copy / "plots/history.csv").read_bytes() == (root / "reports/plots/word2vec/1/history.csv").read_bytes()
    spectrum = (copy / "plots/spectrum.csv").read_text().splitlines()
    assert spectrum[0] == "variant,component,variance_share"
    assert {line.split(",")[0] for line in spectrum[1:]} == {"int8"}
    assert len(client(root).get_metric_history(int8.info.run_id, "spectrum")) == 32


def test_scores_by_frequency_and_of_renamed_words_are_curves_over_occurrences(project, tmp_path_factory):
    root, configuration = project
    write_renamed(root, configuration, better={"word2vec"})
    track(*project)
    int8 = runs(client(root))["word2vec/s1/int8"].info.run_id

    def curve(name):
        return {point.step: point.value for point in client(root).get_metric_history(int8, name)}

    score = 0.592 * 0.995
    assert curve("frequency.wordsim353") == pytest.approx({20: score - 0.1, 100: score + 0.1})
    assert curve("renamed.reciprocal_rank") == {5: 0.25, 50: 0.75}
    assert curve("renamed.overlap.high") == {5: 0.35, 50: 0.85}
    words = (root / "mlartifacts" / int8 / "artifacts/plots/renamed.csv").read_text().splitlines()
    assert len(words) == 1 + 80
    assert {line.split(",")[0] for line in words[1:]} == {"int8"}


def test_the_pipeline_has_corpus_tokenizer_report_and_its_variants(project):
    root, configuration = project
    track(*project)
    *variants, planned = plan(root, configuration["models"])
    pipeline = runs(client(root))[planned.name]
    assert pipeline.data.metrics["corpus.duplicates.near"] == 5
    assert pipeline.data.metrics["tokens.pieces.fertility"] == 1.31
    assert pipeline.data.params["tokenizer.vocab_size"] == "16000"
    assert pipeline.data.tags["mlflow.note.content"] == "# Results\n"
    assert "variant" not in pipeline.data.tags
    at = root / "mlartifacts" / pipeline.info.run_id / "artifacts"
    assert {path.name for path in at.iterdir()} == {
        *("summary.md", "index.html", "corpus.json", "tokens.json", "dvc.lock", "params.yaml", "runs.json", "config")
    }
    assert json.loads((at / "runs.json").read_text()) == {run.name: run.key for run in variants}
    assert (at / "config/train/word2vec/1.yaml").is_file()


def test_the_training_curve_has_its_steps_and_where_known_its_times(project):
    root, _ = project
    note_runtime(root, "train@word2vec-1", {"seconds": 90.0, "peak_memory_bytes": 1e9, "times": [30.5, 61.0]})
    note_runtime(root, "compress@word2vec-1", {"seconds": 2.0, "rows_per_second": {"fp16": 7e6, "int8": 5e6}})
    track(*project)
    found = runs(client(root))
    int8 = found["word2vec/s1/int8"]
    loss = client(root).get_metric_history(int8.info.run_id, "loss")
    assert [(point.step, point.value) for point in loss] == [(1000, 2.5), (2000, 2.25)]
    assert [point.timestamp - int8.info.start_time for point in loss] == [30500, 61000]
    assert int8.info.end_time - int8.info.start_time == pytest.approx(92_000, abs=30_000)
    metrics = int8.data.metrics
    assert (metrics["train.seconds"], metrics["compress.rows_per_second"]) == (90, 5e6)
    assert not [name for name in metrics if "fp16" in name or "times" in name]
    assert "train.seconds" not in found["random/s1/untouched"].data.metrics


def test_a_result_without_runtime_files_is_logged_in_full(project):
    root, _ = project
    track(*project)
    found = runs(client(root))["word2vec/s1/untouched"]
    loss = client(root).get_metric_history(found.info.run_id, "loss")
    assert [(point.step, point.value) for point in loss] == [(1000, 2.5), (2000, 2.25)]
    assert found.data.metrics["learning_rate"] == 0.0125


def test_doing_it_twice_adds_nothing(project):
    root, _ = project
    track(*project)
    before = rows(root)
    assert track(*project) == "track: all 6 runs are logged already"
    assert rows(root) == before


def test_what_is_logged_already_is_seen_without_importing_mlflow(project):
    track(*project)
    process = start(*project, after="print(sorted(name for name in sys.modules if name in ('mlflow', 'pandas')))")
    out, errors = process.communicate()
    assert out == "track: all 6 runs are logged already\n[]\n"
    assert errors == ""


def test_a_store_that_was_emptied_is_filled_again(project, empty_database):
    root, _ = project
    track(*project)
    shutil.copy(empty_database, root / "mlflow.db")
    assert track(*project).startswith("track: 6 runs logged")
    assert len(runs(client(root))) == 6


def test_only_what_is_new_is_logged_and_nothing_of_what_left_the_list(project):
    root, configuration = project
    track(*project)
    del configuration["models"]["random"]
    (root / "reports/index.html").write_text("<title>without random</title>")
    assert track(*project).startswith("track: 1 run logged")
    found = runs(client(root))
    (new,) = [
        run for run in found.values() if "variant" not in run.data.tags and "random" not in str(run_list(root, run))
    ]
    assert set(run_list(root, new)) == set(NAMES) - {"random/s1/untouched"}


def run_list(root, run):
    return json.loads((root / "mlartifacts" / run.info.run_id / "artifacts/runs.json").read_text())


def test_a_changed_setting_makes_new_runs_of_its_model_alone(project):
    root, configuration = project
    track(*project)
    before = {run.key for run in plan(root, configuration["models"])}
    (root / "build/config/similarity/word2vec/1.yaml").write_text("similarity: {threads: 2}\n")
    after = [run for run in plan(root, configuration["models"]) if run.key not in before]
    assert [run.name for run in after][:-1] == [f"word2vec/s1/{name}" for name in ("untouched", "fp16", "int8", "pca")]


def test_a_run_that_was_killed_on_the_way_is_completed_once(project):
    root, configuration = project
    kill = "import embedsmith.tracking.client as c; c.MlflowClient.log_text = lambda *_: os.kill(os.getpid(), 9)"
    process = start(root, configuration, before=kill)
    process.communicate()
    assert process.returncode == -9
    assert track(*project).startswith("track: 6 runs logged")
    check_complete_and_single(root)
    assert track(*project) == "track: all 6 runs are logged already"


@pytest.mark.parametrize("call", ["log_batch", "log_inputs", "log_artifacts", "set_terminated", "set_tag"])
def test_wherever_a_run_broke_off_it_is_completed_once(project, monkeypatch, call):
    root, _ = project
    original, calls = getattr(MlflowClient, call), []

    def interrupted(*arguments, **options):
        calls.append(call)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(*arguments, **options)

    monkeypatch.setattr(MlflowClient, call, interrupted)
    with pytest.raises(KeyboardInterrupt):
        track(*project)
    monkeypatch.undo()
    assert track(*project).startswith("track: ")
    check_complete_and_single(root)


def check_complete_and_single(root):
    found = runs(client(root))
    assert len(found) == 6
    for name in NAMES:
        history = client(root).get_metric_history(found[name].info.run_id, "loss")
        assert len(history) == (2 if name.startswith("word2vec") else 0)
        assert len(found[name].inputs.dataset_inputs) == 1


def test_a_broken_off_run_that_says_otherwise_is_replaced(project):
    root, configuration = project
    track(root, configuration | {"models": {"random": configuration["models"]["random"]}})
    found = client(root)
    experiment = found.get_experiment_by_name("embedsmith").experiment_id
    key = plan(root, configuration["models"])[0].key
    stale = found.create_run(experiment, run_name="word2vec/s1/untouched", tags={"key": key})
    found.log_param(stale.info.run_id, "model.vector_size", "7")
    track(*project)
    assert runs(found)["word2vec/s1/untouched"].data.params["model.vector_size"] == "32"
    assert found.get_run(stale.info.run_id).info.lifecycle_stage == "deleted"


def test_two_that_start_at_once_on_a_fresh_store_log_everything_once_and_say_one_line(fresh):
    root, configuration = fresh
    processes = [start(root, configuration) for _ in range(2)]
    results = [process.communicate() for process in processes]
    assert sorted(out for out, _ in results) in (
        [
            f"track: 0 runs logged to sqlite:///{root}/mlflow.db\n",
            f"track: 6 runs logged to sqlite:///{root}/mlflow.db\n",
        ],
        [f"track: 6 runs logged to sqlite:///{root}/mlflow.db\n", "track: all 6 runs are logged already\n"],
    )
    assert [errors for _, errors in results] == ["", ""]
    assert len(runs(client(root))) == 6


def test_an_experiment_that_was_deleted_comes_back(project):
    root, _ = project
    track(*project)
    found = client(root)
    found.delete_experiment(found.get_experiment_by_name("embedsmith").experiment_id)
    assert track(*project).startswith("track: ")
    assert found.get_experiment_by_name("embedsmith").lifecycle_stage == "active"
    assert len(runs(found)) == 6


def test_runs_name_their_sweep_and_commit(project, monkeypatch):
    root, _ = project
    monkeypatch.setenv("EMBEDSMITH_SWEEP", "dimensions")
    for command in (
        ["init", "-q"],
        ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x", "--allow-empty"],
    ):
        subprocess.run(["git", *command], cwd=root, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True).stdout
    track(*project)
    for run in runs(client(root)).values():
        assert run.data.tags["sweep"] == "dimensions"
        assert run.data.tags["mlflow.source.git.commit"] == head.strip()


def test_in_a_folder_that_is_thrown_away_the_projects_own_store_is_used(project, tmp_path_factory, monkeypatch):
    root, configuration = project
    job = tmp_path_factory.mktemp("job") / "job"
    shutil.copytree(root, job)
    (job / "mlflow.db").unlink()
    monkeypatch.setenv("DVC_ROOT", str(root))
    assert track(job, configuration) == f"track: 6 runs logged to sqlite:///{root}/mlflow.db"
    assert not (job / "mlflow.db").exists()
    shutil.rmtree(job)
    found = runs(client(root))["word2vec/s1/int8"]
    assert client(root).list_artifacts(found.info.run_id, "embedding")


@pytest.mark.parametrize(
    "path",
    [
        "data/corpus/corpus.json",
        "data/tokens/tokens.json",
        "data/variants/word2vec/1/int8",
        "reports/index.html",
        "reports/metrics/word2vec/1/bias.json",
        "reports/plots/word2vec/1/history.csv",
        "reports/plots/word2vec/1/renamed.csv",
    ],
)
def test_a_missing_result_is_told_in_one_line(project, path):
    root, _ = project
    (shutil.rmtree if (root / path).is_dir() else lambda path: path.unlink())(root / path)
    with pytest.raises(InputError, match=rf"^{path}: no such f(ile|older); run `dvc repro` or `dvc pull`$"):
        track(*project)


def test_a_store_whose_making_was_killed_is_made_anew(fresh):
    root, configuration = fresh
    process = start(root, configuration)
    draft = root / ".mlflow.db.draft"
    while process.poll() is None and not (draft.exists() and draft.stat().st_size > 50_000):
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert draft.exists()
    assert not (root / "mlflow.db").exists()
    assert track(root, configuration) == f"track: 6 runs logged to sqlite:///{root}/mlflow.db"
    assert not draft.exists()
