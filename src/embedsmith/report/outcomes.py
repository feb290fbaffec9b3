"""What each item of the intrinsic data sets comes to in an artifact: for paired tests between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.config.check import build
from embedsmith.config.choices import read_yaml
from embedsmith.embedding import describe, load
from embedsmith.evaluate.categories import Categories
from embedsmith.evaluate.items import Items
from embedsmith.evaluate.paired import Paired
from embedsmith.evaluate.pairs import Pairs, Sentences
from embedsmith.evaluate.similarity import Similarity, items_of
from embedsmith.evaluate.spaces import terms_of
from embedsmith.evaluate.terms import Weights
from embedsmith.evaluate.vectors import gather, unit_rows
from embedsmith.metrics.similarity import Floats
from embedsmith.report.listing import Listed
from embedsmith.report.neighbourhoods import VARIANTS
from embedsmith.tokenizer.tokens import Tokens

TOKENS = Path("data/tokens")


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of the items of the intrinsic sets, (n,) by set, of artifacts of one project; each is found once.

    Attributes
    ----------
    settings
        By which the sets are asked.
    """

    root: Path
    settings: Similarity
    sets: Mapping[str, Items]
    weights: Weights
    _found: dict[str, dict[str, Floats]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path, settings: Similarity, sets: Mapping[str, Items]) -> Outcomes | None:
        """Return those of the project in `root`; None where its tokens do not lie there, as in a clone without data."""
        if not (root / TOKENS / "words.txt").is_file():
            return None
        tokens = Tokens.open(root / TOKENS)
        counts = dict(zip(tokens.words, tokens.counts.tolist(), strict=True))
        return cls(root, settings, sets, Weights.of(settings.smoothing, counts))

    def signature(self, entry: Listed, variant: str) -> str:
        """Return what the artifact's files hash to; empty where it does not lie there."""
        folder = self.root / VARIANTS / entry.folder / variant
        return repr(sorted(describe(folder)["files"].items())) if folder.is_dir() else ""

    def __call__(self, entry: Listed, variant: str) -> Mapping[str, Floats]:
        """Return the outcomes of each set in one artifact, NaN of an item that it does not know."""
        key = self.signature(entry, variant)
        if key not in self._found:
            embedding = load(self.root / VARIANTS / entry.folder / variant)
            with threadpool_limits(self.settings.threads):
                compose = self.settings.unknown == "fallback"
                vectors = gather(embedding, terms_of(self.sets), compose=compose, weights=self.weights)
                unit = unit_rows(variant, vectors.matrix)
                words = len(vectors.vocabulary)
                self._found[key] = {
                    name: items.outcomes(vectors.vocabulary, unit[:words])[:, 0]
                    if items.of_vocabulary
                    else items.outcomes(vectors.terms, unit)[:, 0]
                    for name, items in self.sets.items()
                }
        return self._found[key]


def asked(root: Path, entry: Listed) -> Similarity:
    """Return by what settings `entry` of the project in `root` was scored."""
    values: dict[str, Any] = read_yaml(root / "build/config/similarity" / entry.folder.with_suffix(".yaml"))
    return build(Similarity, values["similarity"], "similarity")


def intrinsic(settings: Similarity) -> dict[str, Items]:
    """Read the data sets whose mean is the quality; none if one of them has no score of its own for each item."""
    sets: dict[str, Items] = {}
    for name in settings.intrinsic:
        items = items_of(settings.sets[name], settings)
        if isinstance(items, Categories):
            return {}
        sets[name] = items
    return sets


def p_value(
    sets: Mapping[str, Items], one: Mapping[str, Floats], other: Mapping[str, Floats], settings: Similarity
) -> float:
    """Return the p-value of the paired permutation test of two mean scores, on the items that both know; NaN if none.

    The test is that of variants against their untouched model (`evaluate.paired`).
    """
    tests: Sequence[Paired] = [
        Paired.of(
            np.column_stack([one[name], other[name]]),
            items.human if isinstance(items, Pairs | Sentences) else None,
            settings.permutations,
            settings.resampling.seed_of(name),
        )
        for name, items in sets.items()
    ]
    return Paired.mean(tests).p(1).get("p", float("nan")) if tests else float("nan")
