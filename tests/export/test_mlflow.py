"""A model of MLflow, loaded and served by MLflow itself."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.request import Request, urlopen

import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Dense, Embedding, NGrams, save
from embedsmith.export.write import export

from .conftest import WORDS

ASKED = ["river", "nothing", "日本", "river", "unheard", "", "the"]
LOAD = """
import json, sys
sys.modules["torch"] = None  # which MLflow looks for, and the reader does not need
import mlflow, pandas
model = mlflow.pyfunc.load_model(sys.argv[1])
answer = model.predict(pandas.DataFrame({"word": json.loads(sys.argv[2])}))
print(json.dumps([answer["vector"].tolist(), sys.modules["embedsmith"].__file__]))
"""


@pytest.fixture
def composing(tmp_path):
    """An embedding that composes the vectors of unseen words."""
    draw = np.random.default_rng(8)
    units = NGrams(3, 4, 60, np.arange(60, dtype=np.int32), Dense(draw.normal(size=(60, 5)).astype(np.float32)))
    save(Embedding.dense(WORDS, draw.normal(size=(len(WORDS), 5)), fallback=units), tmp_path / "e")
    return tmp_path / "e"


def expected(embedding, words):
    return [embedding[word].tolist() if word in embedding or embedding.composes(word) else None for word in words]


def load(folder, words):
    """What the model answers in a process that has no other embedsmith in its path, and which one it read with."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD, str(folder), json.dumps(words)],
        env=environment | {"MLFLOW_DISABLE_TELEMETRY": "true"},
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_it_answers_with_the_vectors_of_the_reader_and_null_for_what_is_unknown(artifact, tmp_path):
    export(artifact, "mlflow", tmp_path / "out", force=False)
    vectors, reader = load(tmp_path / "out", ASKED)
    assert vectors == expected(embedsmith.load(artifact), ASKED)
    assert vectors[4:6] == [None, None]
    assert reader == str(tmp_path / "out" / "code" / "embedsmith" / "__init__.py")


def test_it_composes_the_vectors_of_unseen_words(composing, tmp_path):
    said = export(composing, "mlflow", tmp_path / "out", force=False)
    assert "stay behind" not in said
    vectors, _ = load(tmp_path / "out", ASKED)
    assert vectors == expected(embedsmith.load(composing), ASKED)
    assert vectors[4] is not None
    assert vectors[5] is None


def test_it_says_what_it_takes_and_gives_and_what_it_needs(composing, tmp_path):
    from mlflow.models import Model

    export(composing, "mlflow", tmp_path / "out", force=False)
    model = Model.load(str(tmp_path / "out"))
    assert model.get_input_schema().to_dict() == [{"name": "word", "type": "string", "required": True}]
    (column,) = model.get_output_schema().to_dict()
    assert column == {"name": "vector", "type": "array", "items": {"type": "float"}, "required": False}
    assert model.load_input_example(str(tmp_path / "out"))["word"].tolist() == WORDS[:2]
    needed = (tmp_path / "out" / "requirements.txt").read_text().split()
    assert [line.partition("==")[0] for line in needed] == ["mlflow", "numpy", "safetensors"]


def test_it_holds_no_pickle_and_no_place_of_this_machine(composing, tmp_path):
    export(composing, "mlflow", tmp_path / "out", force=False)
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    kinds = {file.suffix for file in files}
    assert kinds == {"", ".json", ".py", ".safetensors", ".txt", ".yaml"}
    assert [file for file in files if str(tmp_path).encode() in file.read_bytes()] == []


@pytest.fixture
def served(composing, tmp_path):
    """The address of a server of the exported model."""
    export(composing, "mlflow", tmp_path / "out", force=False)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "mlflow", "models", "serve", "--env-manager", "local"),
                *("--model-uri", str(tmp_path / "out"), "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            ],
            env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"},
            cwd=tmp_path,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            assert process.poll() is None, (tmp_path / "log").read_text()
            try:
                with urlopen(f"{address}/ping", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        else:
            raise AssertionError((tmp_path / "log").read_text())
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_server_answers_over_http(served, composing):
    body = json.dumps({"dataframe_split": {"columns": ["word"], "data": [[word] for word in ASKED]}}).encode()
    with urlopen(Request(f"{served}/invocations", body, {"Content-Type": "application/json"}), timeout=60) as answer:
        predictions = json.load(answer)["predictions"]
    assert [row["vector"] for row in predictions] == expected(embedsmith.load(composing), ASKED)
