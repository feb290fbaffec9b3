"""MLflow's registry of models: named, in versions, the one that is in use by its alias."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from embedsmith.tracking.client import MlflowClient, MlflowException, reachable
from embedsmith.tracking.store import KEY, Logged, Store
from embedsmith.tracking.variant import ARTIFACT

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

MODEL = "model"
"""The folder of a run that holds it as a model."""
Write = Callable[[Path, Path], object]
"""Writes an embedding's artifact, the first, as a model of MLflow, the second."""


class Registry:
    """The registry of a store; whatever fails in it is an UnreachableError."""

    def __init__(self, store: Store) -> None:
        self._client = MlflowClient(tracking_uri=store.uri)

    def register(self, logged: Logged, name: str, alias: str, write: Write) -> str:
        """Give `alias` to the version of model `name` that the run `logged` is, made if need be; return its number."""
        with reachable():
            found = self._find(logged, name) or self._make(logged, name, write)
            self._client.set_registered_model_alias(name, alias, found.version)
            return str(found.version)

    def _find(self, logged: Logged, name: str) -> ModelVersion | None:
        """Return the version that is there of this run."""
        listed = self._client.search_model_versions(f"name = '{name}'")
        return next((version for version in listed if version.run_id == logged.run), None)

    def _make(self, logged: Logged, name: str, write: Write) -> ModelVersion:
        run = self._client.get_run(logged.run)
        with TemporaryDirectory() as folder:
            artifact = self._client.download_artifacts(logged.run, ARTIFACT, folder)
            write(Path(artifact), Path(folder, MODEL))
            self._client.log_artifacts(logged.run, str(Path(folder, MODEL)), MODEL)
        try:
            self._client.create_registered_model(name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        tags = {KEY: run.data.tags[KEY], "run": run.info.run_name}
        return self._client.create_model_version(name, f"{run.info.artifact_uri}/{MODEL}", logged.run, tags)
