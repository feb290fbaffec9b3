"""The key figures of each variant, flat: what `dvc metrics show` and `dvc exp show` put side by side."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

KEY = {"size": ("bytes",), "similarity": None, "anisotropy": ("mean_cosine", "isoscore")}
"""By kind of metric, those that are key figures; None for all."""


def scores(frame: pd.DataFrame) -> dict[Path, dict[str, float]]:
    """Return the key figures by the variant's file, MODEL/SEED/VARIANT.json; a refused score is left out."""
    chosen = pd.concat(
        frame[(frame.kind == kind) & (frame.metric.isin(names) if names else True)] for kind, names in KEY.items()
    ).dropna(subset=["score"])
    return {
        Path(str(model), str(seed), f"{variant}.json"): dict(zip(group.metric, group.score.tolist(), strict=True))
        for (model, seed, variant), group in chosen.groupby(["model", "seed", "variant"])
    }
