"""What a job notes of its stages, in a file that the sweep's table follows."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

EVENTS = Path("stages.jsonl")
RUNNING, RAN, RESTORED, KNOWN = "running", "ran", "restored", "known"
"""An instance is being computed; was computed, or brought by DVC's run cache, or by the ledger."""


def note(stage: str, how: str, **facts: Any) -> None:
    """Append what happened to an instance."""
    line = json.dumps({"time": round(time.time(), 3), "stage": stage, "how": how, **facts})
    with EVENTS.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def read_events(folder: Path) -> list[Mapping[str, Any]]:
    """Return what the job in `folder` noted; a line that is being written is left out."""
    try:
        lines = (folder / EVENTS).read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines if line.endswith("\n")]
