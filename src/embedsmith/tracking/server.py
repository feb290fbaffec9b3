"""What is logged on an MLflow server, by its REST API: milliseconds, where MLflow's client takes seconds to import.

https://mlflow.org/docs/latest/rest-api.html
"""

from __future__ import annotations

import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from embedsmith.tracking.store import COMPLETE, KEY, PATIENCE, Store, UnreachableError


def logged(store: Store, keys: Collection[str]) -> set[str]:
    """Return which of `keys` have a complete run on the server.

    Raises
    ------
    UnreachableError
        If the server does not answer, or not as MLflow's does.
    """
    try:
        name = quote(store.experiment, safe="")
        found = _ask(store, f"experiments/get-by-name?experiment_name={name}")
        if found is None or found["experiment"]["lifecycle_stage"] != "active":
            return set()
        has = partial(_has, store, found["experiment"]["experiment_id"])
        with ThreadPoolExecutor(8) as pool:
            return {key for key, known in zip(keys, pool.map(has, keys), strict=True) if known}
    except (KeyError, TypeError, ValueError):
        raise UnreachableError("does not answer as an MLflow server does") from None


def _has(store: Store, experiment: str, key: str) -> bool:
    search = {
        "experiment_ids": [experiment],
        "filter": f"tags.{KEY} = '{key}' and tags.{COMPLETE} = 'true'",
        "max_results": 1,
    }
    return bool((_ask(store, "runs/search", search) or {}).get("runs"))


def _ask(store: Store, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the answer to a request of MLflow's REST API; None if what it asks for does not exist."""
    data = json.dumps(body).encode() if body else None
    url = f"{store.uri.rstrip('/')}/api/2.0/mlflow/{path}"
    try:
        # The scheme is http or https: `logged` made sure.
        with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=PATIENCE) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except HTTPError as error:
        if error.code == 404 and b"RESOURCE_DOES_NOT_EXIST" in error.read():
            return None
        raise UnreachableError(f"answers {error.code} {error.reason}") from None
    except URLError as error:
        raise UnreachableError(str(error.reason)) from None
    except (OSError, HTTPException) as error:
        raise UnreachableError(str(error) or type(error).__name__) from None
