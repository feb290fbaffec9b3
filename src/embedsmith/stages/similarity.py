"""similarity: the variants of a model to reports/metrics/MODEL/SEED/similarity.json."""

from __future__ import annotations

from embedsmith.config.check import build
from embedsmith.evaluate.similarity import Similarity, evaluate
from embedsmith.files import write_json
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.stages.variants import load_variants, metrics_path


def similarity(model: str, seed: str) -> None:
    """Score the variants of `model` and `seed` on word pairs and analogies."""
    config, where = resolved("similarity", model, seed)
    settings = build(Similarity, config["similarity"], where)
    scores = evaluate(load_variants(model, seed, config["variants"]), settings)
    write_json(metrics_path("similarity", model, seed), scores)


if __name__ == "__main__":
    run(similarity)
