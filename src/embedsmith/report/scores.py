"""The key figures of each variant, flat: what `dvc metrics show` and `dvc exp show` put side by side."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

KEY = {
    "size": "bytes",
    "similarity": ".*",
    "downstream": ".*",
    "agreement": "neighbours_kept",
    "anisotropy": "mean_cosine|isoscore",
    "renamed": r".*\.reciprocal_rank",
}
"""By kind of metric, the pattern of those that are key figures."""


def scores(frame: pd.DataFrame) -> dict[Path, dict[str, float]]:
    """Return the key figures by the variant's file, MODEL/SEED/VARIANT.json; a refused score is left out."""
    chosen = pd.concat(
        frame[(frame.kind == kind) & frame.metric.str.fullmatch(pattern)] for kind, pattern in KEY.items()
    ).dropna(subset=["score"])
    chosen["metric"] = chosen.metric.where(chosen.kind != "renamed", "renamed." + chosen.metric)
    return {
        Path(str(model), str(seed), f"{variant}.json"): dict(zip(group.metric, group.score.tolist(), strict=True))
        for (model, seed, variant), group in chosen.groupby(["model", "seed", "variant"])
    }
