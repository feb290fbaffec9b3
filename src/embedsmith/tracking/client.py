"""MLflow's client: nothing else imports it, but by way of this module, for that takes seconds."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from embedsmith.tracking import view
from embedsmith.tracking.corpus import FOLDER, Corpus
from embedsmith.tracking.origin import SWEEP
from embedsmith.tracking.run import Contents, Point, Run
from embedsmith.tracking.store import COMPLETE, KEY, Logged, Store, UnreachableError

TIMEOUT = "MLFLOW_HTTP_REQUEST_TIMEOUT"
SECONDS = 30
OWN_TIMEOUT = TIMEOUT not in os.environ
# Before the import, which reads them. What the user has set stays.
for _name, _value in {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",  # a server that went away must not hold the pipeline up for minutes
    TIMEOUT: str(SECONDS),
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",  # what fails comes as an exception, and becomes one line
    "MLFLOW_DISABLE_TELEMETRY": "true",  # a private corpus stays private
}.items():
    os.environ.setdefault(_name, _value)
logging.getLogger("urllib3").setLevel(logging.ERROR)  # its retries; that a server is away is said once, by `track`

from mlflow import MlflowClient as MlflowClient  # noqa: E402
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
from mlflow.exceptions import MlflowException as MlflowException  # noqa: E402
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

SLOWEST = 1_000_000
"""Bytes a second: an artifact is waited for as long as it takes at this rate."""
METRICS_A_BATCH, PARAMS_A_BATCH, TAGS_A_BATCH = 800, 100, 100
"""What MLflow takes at a time; together 1000."""
REASON = 200
"""Characters of MLflow's own words that fit a line."""
T = TypeVar("T")


class Client:
    """The experiment of a store, made where there is none yet; whatever fails in it is an UnreachableError."""

    def __init__(self, store: Store) -> None:
        with reachable():
            if store.database and not store.database.exists():
                _make(store.database)
            self._client = MlflowClient(tracking_uri=store.uri)
            self._experiment = self._open(store)
            self._shared = store.database is None
        self.offer(view.best())

    def logged(self, keys: Collection[str]) -> dict[str, Logged]:
        """Return those of `keys` that have a complete run."""
        with reachable():
            runs = {key: run for key in keys for run in self._find(key) if COMPLETE in run.data.tags}
            return {key: Logged(run.info.run_id, run.data.tags.get(SWEEP, "")) for key, run in runs.items()}

    def set_sweeps(self, sweeps: Mapping[str, str]) -> None:
        """Set the tag that names the sweeps, by run id."""
        with reachable():
            for run, names in sweeps.items():
                self._client.set_tag(run, SWEEP, names)

    def log(self, run: Run, corpus: Corpus | None) -> None:
        """Log all of `run`; one that was broken off, or shown while it was trained, is completed.

        Logging the same value again changes nothing in MLflow, so that it goes over everything.
        """
        contents = run.contents()
        with reachable():
            for broken_off in self._find(run.key):
                try:
                    return self._write(broken_off, run, contents, corpus)
                except MlflowException as error:
                    if error.error_code != "INVALID_PARAMETER_VALUE":
                        raise
                    # It holds another value of a parameter, which MLflow does not change.
                    self._client.delete_run(broken_off.info.run_id)
            return self._write(self._create(run, contents), run, contents, corpus)

    def offer(self, tag: tuple[str, str]) -> None:
        """Offer a view of the runs; see `tracking.view`."""
        with reachable():
            if self._client.get_experiment(self._experiment).tags.get(tag[0]) != tag[1]:
                self._client.set_experiment_tag(self._experiment, *tag)

    def show(self, run: Run, status: str) -> bool:
        """Log what there is of a run that `log` will complete, with its `status`; False if it is complete already."""
        contents = run.contents()
        with reachable():
            found = self._find(run.key)
            if any(COMPLETE in each.data.tags for each in found):
                return False
            made = found[0] if found else self._create(run, contents)
            self._log_values(made, contents.points, {} if found else contents.params, {})
            if made.info.status != status:
                self._client.update_run(made.info.run_id, status)
            return True

    def renew(self, run: Run) -> None:
        """Log all of `run`, or what has changed of it since it was logged."""
        contents = run.contents()
        now = int(time.time() * 1000)
        with reachable():
            made = next(iter(self._find(run.key)), None) or self._create(run, contents)
            at, known = made.info.run_id, made.data
            changed = [point for point in contents.points if known.metrics.get(point.name) != point.value]
            metrics = [Metric(point.name, point.value, now, point.step) for point in changed]
            params = [Param(name, value) for name, value in contents.params.items() if name not in known.params]
            tags = [RunTag(name, value) for name, value in run.tags.items()]
            self._client.log_batch(at, metrics, params, tags)
            self._log_artifacts(at, contents)
            self._finish(at)

    def _create(self, run: Run, contents: Contents) -> MlflowRun:
        started = int((time.time() - contents.seconds) * 1000)
        return self._client.create_run(self._experiment, started, {KEY: run.key, **run.tags}, run.name)

    def _write(self, made: MlflowRun, run: Run, contents: Contents, corpus: Corpus | None) -> None:
        at = made.info.run_id
        tags = {**run.tags, "mlflow.note.content": contents.note} if contents.note else run.tags
        self._log_values(made, contents.points, contents.params, tags)
        if corpus:
            dataset = Dataset(corpus.name, corpus.digest, "local", f'{{"uri": "{FOLDER}"}}', profile=corpus.profile)
            self._client.log_inputs(at, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
        self._log_artifacts(at, contents)
        if self._is_surplus(at, run.key):
            self._client.delete_run(at)
        else:
            self._finish(at)

    def _finish(self, at: str) -> None:
        self._client.set_terminated(at)
        self._client.set_tag(at, COMPLETE, "true")

    def _log_artifacts(self, at: str, contents: Contents) -> None:
        for path, folder in contents.artifacts:
            log = self._client.log_artifacts if path.is_dir() else self._client.log_artifact
            with _time_for(path):
                log(at, str(path), folder or None)
        for path_in_run, text in contents.texts.items():
            self._client.log_text(at, text, path_in_run)

    def _log_values(
        self, made: MlflowRun, points: Sequence[Point], params: Mapping[str, str], tags: Mapping[str, str]
    ) -> None:
        """Log in as few transactions as may be: each is tens of milliseconds."""
        start = made.info.start_time
        metrics = [Metric(p.name, p.value, start + int(p.seconds * 1000), p.step) for p in self._unlogged(made, points)]
        texts = [Param(name, value) for name, value in params.items()]
        named = [RunTag(name, value) for name, value in tags.items()]
        for some_metrics, some_texts, some_tags in zip_longest(
            _batches(metrics, METRICS_A_BATCH), _batches(texts, PARAMS_A_BATCH), _batches(named, TAGS_A_BATCH)
        ):
            self._client.log_batch(made.info.run_id, some_metrics or (), some_texts or (), some_tags or ())

    def _unlogged(self, made: MlflowRun, points: Sequence[Point]) -> list[Point]:
        """Return the points at steps that the run does not have.

        MLflow would keep a second point beside the first where its time is another: a training that was interrupted
        comes to the same step at another time.
        """
        counts = Counter(point.name for point in points)
        there: dict[str, set[int]] = {}
        for name in counts.keys() & made.data.metrics:
            if counts[name] > 1:
                there[name] = {each.step for each in self._client.get_metric_history(made.info.run_id, name)}
        single = {name for name in made.data.metrics if counts[name] == 1}
        return [p for p in points if p.name not in single and p.step not in there.get(p.name, ())]

    def _is_surplus(self, run: str, key: str) -> bool:
        """Say whether another machine, which our lock does not reach, has logged the same beside us."""
        if not self._shared:
            return False
        others = [each for each in self._find(key) if each.info.run_id != run]
        return any(COMPLETE in each.data.tags or each.info.run_id < run for each in others)

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
def reachable() -> Iterator[None]:
    """Turn whatever fails within, of MLflow, its database or its files, into an UnreachableError of one line."""
    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnreachableError(reason if len(reason) <= REASON else f"{reason[:REASON]}...") from None


@contextmanager
def _time_for(path: Path) -> Iterator[None]:
    """Wait longer for a large artifact: one that is given up each time would never be logged."""
    if not OWN_TIMEOUT:
        yield
        return
    files = path.rglob("*") if path.is_dir() else [path]
    largest = max((file.stat().st_size for file in files if file.is_file()), default=0)
    os.environ[TIMEOUT] = str(SECONDS + largest // SLOWEST)
    try:
        yield
    finally:
        os.environ[TIMEOUT] = str(SECONDS)


def _batches(items: Sequence[T], length: int) -> Iterator[Sequence[T]]:
    return (items[start : start + length] for start in range(0, len(items), length))
