"""The whole pipeline on a small slice of the real corpus, as a user runs it: DVC, Hydra and MLflow for real."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

import embedsmith
from embedsmith.sweep.job import prepare

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("DVC", "MLFLOW"))} | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
}


def run(*command, folder, check=True):
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def ran(output):
    """Names of the stage instances that DVC ran, those restored from its cache left out."""
    return re.findall(r"Running stage '(.+?)'", output)


def logged(folder):
    with sqlite3.connect(folder / "mlflow.db") as store:
        return sorted(name for (name,) in store.execute("select name from runs where lifecycle_stage = 'active'"))


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A git clone with the quick experiment, run once."""
    folder = tmp_path_factory.mktemp("clone")
    prepare(ROOT, folder, (ROOT / "conf/experiment/default.yaml").read_text())
    (folder / ".dvc/config.local").unlink()
    (folder / "dvc.lock").unlink(missing_ok=True)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", *command, folder=folder)
    run("embedsmith", "use", "quick", folder=folder)
    folder.joinpath("first.log").write_text(run("dvc", "repro", folder=folder))
    return folder


def test_every_stage_runs_and_the_report_has_every_variant(clone):
    names = ran((clone / "first.log").read_text())
    assert names[:3] == ["configure", "ingest", "tokenize"]
    assert names[-2:] == ["report", "track"]
    assert "train@word2vec-1" in names
    summary = (clone / "reports/summary.md").read_text()
    for variant in ("untouched", "fp16", "int8", "pca", "pca-int8", "random"):
        assert variant in summary
    assert "<html" in (clone / "reports/index.html").read_text()


def test_results_are_one_tidy_frame(clone):
    frame = embedsmith.results(clone)
    assert set(frame.model) == {"word2vec", "random"}
    scores = frame[(frame.variant == "untouched") & (frame.metric == "wordsim353")].set_index("model")
    assert scores.loc["word2vec"].low <= scores.loc["word2vec"].score <= scores.loc["word2vec"].high
    assert scores.loc["word2vec"].score > scores.loc["random"].score
    assert scores.loc["word2vec"].known < scores.loc["word2vec"]["items"] == 353


def test_a_variant_reads_back_with_the_words_of_its_model(clone):
    small = embedsmith.load(clone / "data/variants/word2vec/1/int8")
    whole = embedsmith.load(clone / "data/variants/word2vec/1/untouched")
    assert list(small.words) == list(whole.words)
    words = ["president", "king", "water"]
    exact, rounded = whole.vectors(words), small.vectors(words)
    cosines = (exact * rounded).sum(axis=1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(rounded, axis=1)
    assert cosines.min() > 0.999
    assert not np.array_equal(exact, rounded)


def test_every_variant_and_the_pipeline_are_flat_runs(clone):
    variants = ["fp16", "int8", "pca", "pca-int8", "untouched"]
    names = logged(clone)
    assert [name for name in names if not name.startswith("pipeline/")] == sorted(
        ["random/s1/untouched", *(f"word2vec/s1/{variant}" for variant in variants)]
    )
    assert len(names) == 7


def test_a_second_run_does_nothing_but_look_whether_all_is_logged(clone):
    before = logged(clone)
    lock = (clone / "dvc.lock").read_bytes()
    assert ran(run("dvc", "repro", folder=clone)) == ["track"]
    assert logged(clone) == before
    assert (clone / "dvc.lock").read_bytes() == lock


def test_a_changed_variant_reruns_no_training(clone):
    run("embedsmith", "use", "quick", "variant.pca.pca.reduction=2", folder=clone)
    names = ran(run("dvc", "repro", folder=clone))
    assert not [name for name in names if name.startswith(("ingest", "tokenize", "train"))]
    assert "compress@word2vec-1" in names
    assert "compress@random-1" not in names
    sizes = json.loads((clone / "reports/metrics/word2vec/1/size.json").read_text())
    assert sizes["pca"]["dimension"] == 2 * sizes["pca-int8"]["dimension"]


def test_a_model_that_left_the_list_leaves_nothing(clone):
    run("embedsmith", "use", "quick", "models=[word2vec]", folder=clone)
    run("dvc", "repro", folder=clone)
    assert "random" not in (clone / "reports/summary.md").read_text()
    assert not (clone / "data/models/random").exists()
    assert set(embedsmith.results(clone).model) == {"word2vec"}


def test_the_same_configuration_gives_the_same_bytes_elsewhere(clone, tmp_path):
    run("embedsmith", "use", "quick", folder=clone)
    run("dvc", "repro", folder=clone)
    run("git", "clone", "-q", str(clone), str(tmp_path / "second"), folder=tmp_path)
    run("embedsmith", "use", "quick", folder=tmp_path / "second")
    run("dvc", "repro", folder=tmp_path / "second")
    first, second = (yaml.safe_load((folder / "dvc.lock").read_text()) for folder in (clone, tmp_path / "second"))
    stages = set(second["stages"])
    assert {name: first["stages"][name] for name in stages} == second["stages"]


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("models=[word2vek]", "models: there is no conf/model/word2vek.yaml; did you mean 'word2vec'?"),
        ("variants=[int9]", "variants: there is no conf/variant/int9.yaml"),
        ("corpus=quik", "corpus: there is no conf/corpus/quik.yaml; did you mean 'quick'?"),
        (
            "model.word2vec.windw=3",
            "model.word2vec.windw: unknown key 'windw' in model.word2vec; did you mean 'window'?",
        ),
        ("model.word2vec.vector_size=0", "model.word2vec.vector_size: must be at least 1, not 0"),
        ("tokenzer.vocab_size=100", "tokenzer.vocab_size: unknown key 'tokenzer'; did you mean 'tokenizer'?"),
    ],
)
def test_a_wrong_choice_stops_before_anything_is_computed(clone, override, said):
    run("embedsmith", "use", "quick", override, folder=clone)
    output = run("dvc", "repro", folder=clone, check=False)
    assert ran(output) == ["configure"]
    assert f"configure: params.yaml: {said}" in output
    assert "Traceback" not in output
