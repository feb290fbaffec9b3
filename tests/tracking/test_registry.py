"""Registering a variant with MLflow, and loading it from there."""

import json
import subprocess
import sys

import pytest

import embedsmith
from embedsmith.cli import main
from embedsmith.errors import InputError
from embedsmith.export.register import register
from embedsmith.tracking.client import MlflowClient
from embedsmith.tracking.track import plan, track
from report.tree import write
from tracking.test_track import client, runs

LOAD = """
import json, sys
import mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model(sys.argv[2])
answer = model.predict(pandas.DataFrame({"word": ["word3", "none"]}))["vector"].tolist()
print(json.dumps([answer, model.metadata.signature.to_dict()["inputs"], model.input_example["word"].tolist()]))
"""


@pytest.fixture
def tracked(project):
    root, configuration = project
    write(root / "build/config/track.yaml", json.dumps(configuration))
    track(root, configuration)
    return root, configuration


def load(root, uri):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD, f"sqlite:///{root}/mlflow.db", uri],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_a_registered_variant_loads_by_its_alias_with_signature_and_example(tracked):
    root, _ = tracked
    said = register(root, "word2vec/s1/int8", name="words", alias="champion")
    store = f"sqlite:///{root}/mlflow.db"
    assert said == (
        f"words, version 1: word2vec/s1/int8 in {store}; mlflow.pyfunc.load_model('models:/words@champion')"
    )
    (vector, none), signature, example = load(root, "models:/words@champion")
    whole = embedsmith.load(root / "data/variants/word2vec/1/int8")
    assert vector == whole["word3"].tolist()
    assert none is None
    assert json.loads(signature)[0]["name"] == "word"
    assert example == list(whole.words[:2])


def test_a_version_is_linked_to_its_run_and_a_second_registration_only_moves_the_alias(tracked):
    root, _ = tracked
    register(root, "word2vec/s1/int8", name=None, alias="champion")
    register(root, "word2vec/s1/fp16", name=None, alias="champion")
    found = client(root)
    assert str(found.get_model_version_by_alias("embedsmith", "champion").version) == "2"
    register(root, "word2vec/s1/int8", name=None, alias="champion")
    register(root, "word2vec/s1/int8", name=None, alias="small")
    versions = {str(version.version): version for version in found.search_model_versions("name = 'embedsmith'")}
    assert sorted(versions) == ["1", "2"]
    assert str(found.get_model_version_by_alias("embedsmith", "champion").version) == "1"
    assert str(found.get_model_version_by_alias("embedsmith", "small").version) == "1"
    listed = runs(found)
    assert versions["1"].run_id == listed["word2vec/s1/int8"].info.run_id
    assert versions["1"].tags["key"] == listed["word2vec/s1/int8"].data.tags["key"]


def test_the_command_says_what_was_registered_or_why_not(tracked, monkeypatch, capsys):
    monkeypatch.chdir(tracked[0])
    assert main(["register", "word2vec/s1/fp16", "--name", "words"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("words, version 1: word2vec/s1/fp16 in sqlite:///")
    assert said.err == ""
    assert main(["register", "word2vec/s1/fp17"]) == 1
    assert capsys.readouterr().err.startswith("embedsmith register: there is no run 'word2vec/s1/fp17' here, nor is it")


def test_a_run_of_any_sweep_is_named_by_its_key(tracked):
    root, configuration = tracked
    key = next(run.key for run in plan(root, configuration["models"]) if run.name == "word2vec/s1/pca")
    assert register(root, key, name="words", alias="champion").startswith(f"words, version 1: {key} in ")


@pytest.mark.parametrize(
    ("run", "name", "alias", "said"),
    [
        (
            "word2vec/s1/int9",
            None,
            "champion",
            "there is no run 'word2vec/s1/int9' here, nor is it a run's key; did you mean",
        ),
        ("0" * 32, None, "champion", f"{'0' * 32}: not logged to sqlite:///"),
        ("word2vec/s1/int8", "a/b", "champion", "--name: 'a/b' is no name; leave out"),
        ("word2vec/s1/int8", None, "it's", '--alias: "it\'s" is no name; leave out'),
        ("word2vec/s1/int8", None, "latest", "--alias: latest is MLflow's own word"),
    ],
)
def test_what_cannot_be_registered_is_told_in_one_line(tracked, run, name, alias, said):
    root, _ = tracked
    with pytest.raises(InputError) as caught:
        register(root, run, name=name, alias=alias)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_without_a_configuration_there_is_nothing_to_register(tmp_path):
    with pytest.raises(InputError, match=r"^build/config/track.yaml: no such file; run `dvc repro` first$"):
        register(tmp_path, "word2vec/s1/int8", name=None, alias="champion")


def test_a_variant_is_registered_on_a_server_too(fresh, server):
    from tracking.conftest import free_port

    root, configuration = fresh
    port = free_port()
    server(port)
    configuration |= {"uri": f"http://127.0.0.1:{port}"}
    write(root / "build/config/track.yaml", json.dumps(configuration))
    track(root, configuration)
    assert register(root, "word2vec/s1/int8", name="words", alias="champion").startswith("words, version 1: ")
    found = MlflowClient(tracking_uri=configuration["uri"]).get_model_version_by_alias("words", "champion")
    assert found.source.endswith("/artifacts/model")
