"""The variants of one trained model, as the evaluating stages read them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from embedsmith.embedding import Embedding, load, verify


def load_variants(model: str, seed: str, names: Iterable[str]) -> dict[str, Embedding]:
    """Return the variants `names` in their order, every byte of them checked."""
    folder = Path("data/variants", model, seed)
    for name in names:
        verify(folder / name)
    return {name: load(folder / name) for name in names}


def metrics_path(kind: str, model: str, seed: str) -> Path:
    """Return where the metrics of one kind go."""
    return Path("reports/metrics", model, seed, f"{kind}.json")
