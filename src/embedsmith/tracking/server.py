"""What is logged on an MLflow server, by its REST API: milliseconds, where MLflow's client takes seconds to import.

https://mlflow.org/docs/latest/rest-api.html
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from embedsmith.tracking.origin import SWEEP
from embedsmith.tracking.store import COMPLETE, KEY, PATIENCE, Logged, Store, UnreachableError

AT_ONCE = 8
"""Requests that wait for their answers together."""
AGAIN = (0.2, 0.5)
"""Seconds after which a request is made again that the server failed at."""


class _ServerError(UnreachableError):
    """The server answers, and says that it failed."""


class Server:
    """An MLflow server; one that does not answer, or not as MLflow's does, is an UnreachableError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def logged(self, keys: Collection[str]) -> dict[str, Logged]:
        """Return those of `keys` that have a complete run."""
        try:
            name = quote(self._store.experiment, safe="")
            found = self._ask(f"experiments/get-by-name?experiment_name={name}")
            if found is None or found["experiment"]["lifecycle_stage"] != "active":
                return {}
            get = partial(self._get, found["experiment"]["experiment_id"])
            with ThreadPoolExecutor(AT_ONCE) as pool:
                runs = list(pool.map(get, keys))
        except (KeyError, TypeError, ValueError):
            raise UnreachableError("does not answer as an MLflow server does") from None
        return {key: run for key, run in zip(keys, runs, strict=True) if run}

    def set_sweeps(self, sweeps: Mapping[str, str]) -> None:
        """Set the tag that names the sweeps, by run id."""
        tags = [{"run_id": run, "key": SWEEP, "value": names} for run, names in sweeps.items()]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(partial(self._ask, "runs/set-tag"), tags))

    def _get(self, experiment: str, key: str) -> Logged | None:
        search = {
            "experiment_ids": [experiment],
            "filter": f"tags.{KEY} = '{key}' and tags.{COMPLETE} = 'true'",
            "max_results": 1,
        }
        for run in (self._ask("runs/search", search) or {}).get("runs", []):
            tags = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
            return Logged(run["info"]["run_id"], tags.get(SWEEP, ""))
        return None

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """Return the answer to a request of MLflow's REST API; None if what it asks for does not exist.

        Of many requests at once, MLflow's server answers one or another with 500: each is asked again.
        """
        for pause in AGAIN:
            try:
                return self._ask_once(path, body)
            except _ServerError:
                time.sleep(pause)
        return self._ask_once(path, body)

    def _ask_once(self, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        data = json.dumps(body).encode() if body else None
        url = f"{self._store.uri.rstrip('/')}/api/2.0/mlflow/{path}"
        request = Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - http or https: `ask` made sure
        try:
            with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except HTTPError as error:
            if error.code == 404 and b"RESOURCE_DOES_NOT_EXIST" in error.read():
                return None
            kind = _ServerError if error.code >= 500 else UnreachableError
            raise kind(f"answers {error.code} {error.reason}") from None
        except URLError as error:
            raise UnreachableError(str(error.reason)) from None
        except (OSError, HTTPException) as error:
            raise UnreachableError(str(error) or type(error).__name__) from None
