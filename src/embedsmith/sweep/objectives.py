"""What a sweeper is told of a job: figures of one variant, the mean over its models and seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from embedsmith.errors import InputError
from embedsmith.report.listing import listed
from embedsmith.report.results import results


def objectives(folder: Path, names: Sequence[str], variant: str) -> dict[str, float]:
    """Return the metrics `names`, as `embedsmith.results` has them, of `variant` in the project in `folder`.

    Baselines are left out of the mean.

    Raises
    ------
    InputError
        If a metric was not measured.
    """
    own = [entry.model for entry in listed(folder) if not entry.baseline]
    frame = results(folder)
    frame = frame[(frame.variant == variant) & frame.model.isin(own)]
    found = {}
    for name in names:
        value = float(frame[frame.metric == name].score.mean())
        if not math.isfinite(value):
            raise InputError(f"objectives: {name} of {variant} was not measured")
        found[name] = value
    return found
