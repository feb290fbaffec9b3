"""train: data/tokens/ to data/models/MODEL/SEED/, an embedding at full precision, and the history of its training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.embedding import save
from embedsmith.model.history import History
from embedsmith.stages.output import folder
from embedsmith.stages.process import run
from embedsmith.stages.resolved import digest, resolved
from embedsmith.tokenizer.tokens import Tokens

ROOM = "embedsmith.model"


def train(model: str, seed: str) -> dict[str, Any]:
    """Train `model` with `seed`."""
    config, where = resolved("train", model, seed)
    settings = build(find(ROOM, config.pop("kind"), where), config, where)
    source = Path("data/tokens")
    origin = {"settings": digest(Path(where)), "tokens": digest(source / "tokens.json")}
    history = History()
    with folder(Path("data/models", model, seed)) as out:
        save(settings.train(Tokens.open(source), seed=int(seed), history=history), out, origin)
    history.write(Path("reports/plots", model, seed, "history.csv"))
    return {"times": history.times}


if __name__ == "__main__":
    run(train)
