"""MLflow's client: the one module that imports it, which takes seconds."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from embedsmith.tracking.corpus import FOLDER, Corpus
from embedsmith.tracking.run import Contents, Run
from embedsmith.tracking.store import COMPLETE, KEY, Store, UnreachableError

# Before the import, which reads them. What the user has set stays.
for _name, _value in {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",  # a server that went away must not hold the pipeline up for minutes
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_DISABLE_TELEMETRY": "true",  # a private corpus stays private
}.items():
    os.environ.setdefault(_name, _value)
logging.getLogger("urllib3").setLevel(logging.ERROR)  # its retries; that a server is away is said once, by `track`

from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import (  # noqa: E402
    Dataset,
    DatasetInput,
    InputTag,
    Metric,
    Param,
    RunTag,
    ViewType,
)
from mlflow.entities import Run as MlflowRun  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

METRICS_A_BATCH = 1000
PARAMS_A_BATCH = 100
REASON = 200
"""Characters of MLflow's own words that fit a line."""
T = TypeVar("T")


class Client:
    """The experiment of a store, made where there is none yet; whatever fails in it is an UnreachableError."""

    def __init__(self, store: Store) -> None:
        with _reachable():
            if store.database and not store.database.exists():
                _make(store.database)
            self._client = MlflowClient(tracking_uri=store.uri)
            self._experiment = self._open(store)

    def logged(self, keys: Collection[str]) -> set[str]:
        """Return which of `keys` have a complete run."""
        with _reachable():
            return {key for key in keys if any(COMPLETE in run.data.tags for run in self._find(key))}

    def log(self, run: Run, corpus: Corpus) -> None:
        """Log all of `run`; one that was broken off is completed.

        Logging the same value again changes nothing in MLflow, so that it goes over everything.
        """
        contents = run.contents()
        with _reachable():
            for broken_off in self._find(run.key):
                try:
                    return self._write(broken_off, run, contents, corpus)
                except MlflowException as error:
                    if error.error_code != "INVALID_PARAMETER_VALUE":
                        raise
                    # It holds another value of a parameter, which MLflow does not change.
                    self._client.delete_run(broken_off.info.run_id)
            started = int((time.time() - contents.seconds) * 1000)
            made = self._client.create_run(self._experiment, started, {KEY: run.key, **run.tags}, run.name)
            return self._write(made, run, contents, corpus)

    def _write(self, made: MlflowRun, run: Run, contents: Contents, corpus: Corpus) -> None:
        at, start = made.info.run_id, made.info.start_time
        tags = {**run.tags, "mlflow.note.content": contents.note} if contents.note else run.tags
        self._client.log_batch(at, tags=[RunTag(name, value) for name, value in tags.items()])
        for some in _batches(list(contents.params.items()), PARAMS_A_BATCH):
            self._client.log_batch(at, params=[Param(name, value) for name, value in some])
        for points in _batches(contents.points, METRICS_A_BATCH):
            metrics = [Metric(p.name, p.value, start + int(p.seconds * 1000), p.step) for p in points]
            self._client.log_batch(at, metrics=metrics)
        dataset = Dataset(corpus.name, corpus.digest, "local", f'{{"uri": "{FOLDER}"}}', profile=corpus.profile)
        self._client.log_inputs(at, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
        for path, folder in contents.artifacts:
            log = self._client.log_artifacts if path.is_dir() else self._client.log_artifact
            log(at, str(path), folder or None)
        for path_in_run, text in contents.texts.items():
            self._client.log_text(at, text, path_in_run)
        self._client.set_terminated(at)
        self._client.set_tag(at, COMPLETE, "true")

    def _find(self, key: str) -> Sequence[MlflowRun]:
        return self._client.search_runs([self._experiment], f"tags.{KEY} = '{key}'", ViewType.ACTIVE_ONLY)

    def _open(self, store: Store) -> str:
        found = self._client.get_experiment_by_name(store.experiment)
        if found is None:
            try:
                return self._client.create_experiment(store.experiment, store.artifacts)
            except MlflowException as error:
                if error.error_code != "RESOURCE_ALREADY_EXISTS":
                    raise
                found = self._client.get_experiment_by_name(store.experiment)  # another process was faster
                assert found
        if found.lifecycle_stage != "active":
            self._client.restore_experiment(found.experiment_id)
        return found.experiment_id


def _make(database: Path) -> None:
    """Make MLflow's tables under another name: one that is broken off could never be opened again."""
    draft = database.with_name(f".{database.name}.draft")
    draft.unlink(missing_ok=True)
    MlflowClient(tracking_uri=f"sqlite:///{draft}").search_experiments(max_results=1)
    draft.replace(database)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnreachableError(reason if len(reason) <= REASON else f"{reason[:REASON]}...") from None


def _batches(items: Sequence[T], length: int) -> Iterator[Sequence[T]]:
    return (items[start : start + length] for start in range(0, len(items), length))
