"""Against a real MLflow server, and against what is none."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from embedsmith.tracking.client import MlflowClient
from embedsmith.tracking.logged import ask
from embedsmith.tracking.settings import TrackingSettings
from embedsmith.tracking.store import UnreachableError, choose
from embedsmith.tracking.track import track
from tracking.conftest import free_port, kill, start


def test_what_a_server_missed_is_logged_when_it_is_back_and_then_nothing_more(fresh, server, monkeypatch):
    root, configuration = fresh
    port = free_port()
    uri = f"http://127.0.0.1:{port}"
    configuration |= {"uri": uri}

    # It is down.
    began = time.monotonic()
    line = track(root, configuration)
    assert time.monotonic() - began < 5
    refused = "[Errno 111] Connection refused"
    assert line == f"track: 6 of 6 runs not logged to {uri} ({refused}); the next `dvc repro` catches up"

    # It goes away in the middle of the third run.
    process = server(port)
    original, calls = MlflowClient.log_inputs, []

    def die(*arguments, **options):
        calls.append(None)
        if len(calls) == 3:
            kill(process)
        return original(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "log_inputs", die)
        began = time.monotonic()
        line = track(root, configuration)
    assert time.monotonic() - began < 15
    assert line.startswith(f"track: 4 of 6 runs not logged to {uri} (")
    assert line.endswith("); the next `dvc repro` catches up")
    assert "\n" not in line

    # It is back.
    server(port)
    for _ in range(10):  # a server that was killed while it wrote may refuse at first: the next run catches up
        said = start(root, configuration).communicate()
        if "500 Internal Server Error" not in said[0]:
            break
        time.sleep(1)
    assert said == (f"track: 4 runs logged to {uri}\n", "")
    found = MlflowClient(tracking_uri=uri)
    listed = found.search_runs([found.get_experiment_by_name("embedsmith").experiment_id])
    assert sorted(run.data.tags.get("variant", "pipeline") for run in listed) == [
        *("fp16", "int8", "pca", "pipeline", "untouched", "untouched")
    ]
    for run in listed:
        assert run.data.tags["complete"] == "true"
        assert len(run.inputs.dataset_inputs) == 1
    int8 = next(run for run in listed if run.info.run_name == "word2vec/s1/int8")
    assert {file.path for file in found.list_artifacts(int8.info.run_id, "embedding")} == {
        *("embedding/embedding.json", "embedding/embedding.safetensors", "embedding/vocabulary.safetensors")
    }

    # There is nothing more to do.
    process = start(root, configuration, after="assert 'mlflow' not in sys.modules")
    assert process.communicate() == ("track: all 6 runs are logged already\n", "")


class Broken(BaseHTTPRequestHandler):
    """Answers 500, 404, or with something that is no MLflow."""

    def do_GET(self):
        code = int(self.path.split("/")[1])
        self.send_response(code)
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    def log_message(self, *_):
        pass


@pytest.fixture
def broken():
    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_address[1]}"
        found.shutdown()


def store(uri, folder):
    return choose(TrackingSettings(uri=uri, experiment="embedsmith", live_after_seconds=None), {}, folder)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (500, "answers 500 Internal Server Error"),
        (404, "answers 404 Not Found"),
        (401, "answers 401 Unauthorized"),
        (200, "does not answer as an MLflow server does"),
    ],
)
def test_a_server_that_is_ill_or_is_no_mlflow_is_unreachable(broken, tmp_path, code, reason):
    with pytest.raises(UnreachableError, match=f"^{reason}$"):
        ask(store(f"{broken}/{code}", tmp_path)).logged(["a"])


def test_a_server_that_fails_at_one_request_of_many_is_asked_again(tmp_path, monkeypatch):
    answers = iter([500, 404])

    def answer(self):
        self.send_response(next(answers))
        self.end_headers()
        self.wfile.write(b'{"error_code": "RESOURCE_DOES_NOT_EXIST"}')

    monkeypatch.setattr(Broken, "do_GET", answer)
    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        assert ask(store(f"http://127.0.0.1:{found.server_address[1]}", tmp_path)).logged(["a"]) == {}
        found.shutdown()


def test_a_server_that_hangs_is_given_up_soon(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="timed out"):
            ask(store(f"http://127.0.0.1:{listening.getsockname()[1]}", tmp_path)).logged(["a"])
        assert time.monotonic() - began < 6


@pytest.mark.parametrize(
    "uri", ["postgresql://user:secret@127.0.0.1:{port}/mlflow", "http://user:secret@127.0.0.1:{port}"]
)
def test_a_host_that_mlflow_itself_would_have_to_ask_is_given_up_at_once(tmp_path, uri):
    began = time.monotonic()
    with pytest.raises(UnreachableError, match="refused"):
        ask(store(uri.format(port=free_port()), tmp_path)).logged(["a"])
    assert time.monotonic() - began < 2
