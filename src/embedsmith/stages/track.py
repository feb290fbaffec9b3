"""track: MLflow, brought up to date from the files that the other stages wrote."""

from __future__ import annotations

from pathlib import Path

from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.tracking.track import track as bring_up_to_date


def track() -> None:
    """Log what the store does not have yet."""
    config, _ = resolved("track")
    print(bring_up_to_date(Path(), config))  # noqa: T201


if __name__ == "__main__":
    run(track)
