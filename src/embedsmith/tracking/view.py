"""Views of the list of runs, which MLflow's UI offers under "Views": what is filtered, sorted and shown as columns.

MLflow keeps them as tags of the experiment. One that its UI does not know how to read, it leaves out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

PREFIX = "mlflow.sharedViewState."
METRICS = ("score", "MB", "share")
TAGS = ("model", "variant", "sweep")
CHOICES = ("models", "seeds", "variants", "experiment")
"""Settings that tags tell of."""


def best(sweep: str | None = None, swept: Iterable[str] = ()) -> tuple[str, str]:
    """Return the experiment tag, name and value, of a view of all runs or of a sweep's, the best score first.

    The settings `swept`, by dotted key, are columns of their own.
    """
    columns = [
        *(f"metrics.`{name}`" for name in METRICS),
        *(f"tags.`{name}`" for name in TAGS),
        *(f"params.`{_param(key)}`" for key in swept if key not in CHOICES),
    ]
    state = {
        "searchFilter": of_sweep(sweep) if sweep else "",
        "orderByKey": "metrics.`score`",
        "orderByAsc": False,
        "selectedColumns": columns,
    }
    view = {"name": sweep or "By score", "createdAt": 0, "state": json.dumps(state)}
    return f"{PREFIX}{f'sweep-{sweep}' if sweep else 'score'}", json.dumps(view)


def _param(key: str) -> str:
    """Return which parameter of a run the setting `key` is: its model and variant go without saying there."""
    group, *rest = key.split(".")
    if group in ("model", "variant") and len(rest) > 1:
        return ".".join([group, *rest[1:]])
    return key if rest else f"{group}.kind"


def of_sweep(name: str) -> str:
    """Return MLflow's filter of the variants of a sweep: a run may belong to several."""
    return f"tags.sweep LIKE '%{name}%' and metrics.score > -1"
