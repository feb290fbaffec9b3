"""train: data/tokens/ to data/models/MODEL/SEED/, an embedding at full precision, and the history of its training."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.embedding import save
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.stages.live import live
from embedsmith.stages.output import folder
from embedsmith.stages.process import input_hash, run
from embedsmith.stages.resolved import digest, resolved
from embedsmith.tokenizer.tokens import Tokens

ROOM = "embedsmith.model"
CHECKPOINTS = Path("build/checkpoints")
LIVE = Path("build/live")


def train(model: str, seed: str) -> dict[str, Any]:
    """Train `model` with `seed`; where a run of the same inputs was interrupted, go on from its last checkpoint."""
    config, where = resolved("train", model, seed)
    seconds = config.pop("checkpoint_seconds")
    settings = build(find(ROOM, config.pop("kind"), where), config, where)
    source = Path("data/tokens")
    origin = {"settings": digest(Path(where)), "tokens": digest(source / "tokens.json")}
    checkpoints = CHECKPOINTS / f"{model}-{seed}" / input_hash()
    remove_others(checkpoints)
    with folder(Path("data/models", model, seed)) as out, live(LIVE / model / f"{seed}.jsonl", input_hash()) as tell:
        history = History(tell)
        course = {"threads": available(), "history": history, "checkpoint": Checkpoint(checkpoints, seconds)}
        save(settings.train(Tokens.open(source), seed=int(seed), **course), out, origin)
    history.write(Path("reports/plots", model, seed, "history.csv"))
    shutil.rmtree(checkpoints.parent, ignore_errors=True)
    return {"times": history.times}


def available() -> int:
    """Return how many processors this process may use; how many there are changes no result."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def remove_others(checkpoints: Path) -> None:
    """Remove what other inputs have left beside `checkpoints`: nothing will go on from there."""
    for other in checkpoints.parent.glob("*"):
        if other != checkpoints:
            shutil.rmtree(other, ignore_errors=True)


if __name__ == "__main__":
    run(train)
