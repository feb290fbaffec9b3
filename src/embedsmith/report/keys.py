"""The key of each variant's run, by the run's name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embedsmith.config.instances import Inputs
from embedsmith.report.listing import entries


def keys(root: Path, config: Mapping[str, Any]) -> dict[str, str]:
    """Return the keys of all that `config`, the report's resolved configuration of the project in `root`, lists."""
    inputs = Inputs(root)
    return {
        entry.run(variant): inputs.run_key(entry.model, entry.seed, variant)
        for entry in entries(config["models"])
        for variant in entry.variants
    }
