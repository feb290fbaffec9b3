"""Views of the list of runs, which MLflow's UI offers under "Views": what is filtered, sorted and shown as columns.

MLflow keeps them as tags of the experiment. One that its UI does not know how to read, it leaves out.
"""

from __future__ import annotations

import json

PREFIX = "mlflow.sharedViewState."
METRICS = ("score", "MB", "share")
TAGS = ("model", "variant", "sweep")


def best(sweep: str | None = None) -> tuple[str, str]:
    """Return the experiment tag, name and value, of a view of all runs or of a sweep's, the best score first."""
    columns = [*(f"metrics.`{name}`" for name in METRICS), *(f"tags.`{name}`" for name in TAGS)]
    state = {
        "searchFilter": of_sweep(sweep) if sweep else "",
        "orderByKey": "metrics.`score`",
        "orderByAsc": False,
        "selectedColumns": columns,
    }
    view = {"name": sweep or "By score", "createdAt": 0, "state": json.dumps(state)}
    return f"{PREFIX}{f'sweep-{sweep}' if sweep else 'score'}", json.dumps(view)


def of_sweep(name: str) -> str:
    """Return MLflow's filter of the variants of a sweep: a run may belong to several."""
    return f"tags.sweep LIKE '%{name}%' and metrics.score > -1"
