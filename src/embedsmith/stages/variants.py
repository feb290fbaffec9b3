"""The variants of one trained model, as the evaluating stages read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from embedsmith.embedding import Embedding, load, verify
from embedsmith.embedding.artifact import describe, words_file


def load_variants(model: str, seed: str, names: Iterable[str]) -> dict[str, Embedding]:
    """Return the variants `names` in their order, every byte of them checked.

    Their words are decoded, once for all that have the same ones: every word will be asked for.
    """
    folder = Path("data/variants", model, seed)
    decoded: dict[str, list[str]] = {}
    variants = {}
    for name in names:
        verify(folder / name)
        embedding, words = load(folder / name), _words_hash(folder / name)
        if words not in decoded:
            decoded[words] = list(embedding.words)
        variants[name] = replace(embedding, words=decoded[words])
    return variants


def _words_hash(variant: Path) -> str:
    description = describe(variant)
    return str(description["files"][words_file(description["format"])]["sha256"])


def metrics_path(kind: str, model: str, seed: str) -> Path:
    """Return where the metrics of one kind go."""
    return Path("reports/metrics", model, seed, f"{kind}.json")
