"""Checkpoints: where an interrupted training run goes on from."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from embedsmith.embedding import tensors

ARRAYS = "arrays.safetensors"
STATE = "state.json"
SHARE = 20
"""A checkpoint waits until training has run this many times as long as the last one took to write."""


class Checkpoint:
    """Two files in a folder of its own: the arrays of the last complete checkpoint, and the state that goes with them.

    Parameters
    ----------
    folder
        Made when first written to. It must belong to one training run alone: name it by a hash of its inputs.
    seconds
        Least time between two checkpoints. How many there are changes nothing in the result.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds
        self._last = time.monotonic()
        self._took = 0.0

    def part(self, name: str) -> Checkpoint:
        """Return that of one part of the training, in a folder of its own."""
        return Checkpoint(self._folder / name, self._seconds)

    def load(self) -> tuple[dict[str, np.ndarray], dict[str, Any]] | None:
        """Return arrays, to be written to, and state of the last checkpoint; None if there is none that is whole."""
        try:
            state: dict[str, Any] = json.loads((self._folder / STATE).read_text(encoding="utf-8"))
            mapped = tensors.open_mapped(self._folder / f"{state['number']}-{ARRAYS}")
            return {name: np.array(array) for name, array in mapped.items()}, state["state"]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def due(self) -> bool:
        """Say whether it is time for the next one."""
        return time.monotonic() - self._last >= max(self._seconds, SHARE * self._took)

    def save(self, arrays: Mapping[str, np.ndarray], state: Mapping[str, Any]) -> None:
        """Write a checkpoint; until it is whole the last one stays, whatever happens."""
        start = time.monotonic()
        self._folder.mkdir(parents=True, exist_ok=True)
        number = time.time_ns()
        tensors.write(self._folder / f"{number}-{ARRAYS}", dict(arrays))
        draft = self._folder / f".{STATE}"
        draft.write_text(json.dumps({"number": number, "state": dict(state)}), encoding="utf-8")
        draft.replace(self._folder / STATE)
        for file in self._folder.glob(f"*-{ARRAYS}"):
            if file.name != f"{number}-{ARRAYS}":
                file.unlink()
        self._last = time.monotonic()
        self._took = self._last - start
