"""similarity: the variants of a model to reports/metrics/MODEL/SEED/similarity.json; renamed words one by one."""

from __future__ import annotations

from pathlib import Path

from embedsmith.config.check import build
from embedsmith.evaluate import renamed
from embedsmith.evaluate.agreement import agree
from embedsmith.evaluate.similarity import Similarity, evaluate
from embedsmith.files import write_json, write_text
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.stages.variants import load_variants, metrics_path
from embedsmith.tokenizer.tokens import RENAMED, Tokens

TOKENS = Path("data/tokens")


def similarity(model: str, seed: str) -> None:
    """Score the variants of `model` and `seed`, on renamed words if there are any, and compare them with the model."""
    config, where = resolved("similarity", model, seed)
    settings = build(Similarity, config["similarity"], where)
    variants = load_variants(model, seed, config["variants"])
    tokens = Tokens.open(TOKENS)
    scores = evaluate(variants, settings, dict(zip(tokens.words, tokens.counts.tolist(), strict=True)))
    agreement = agree(
        variants,
        settings.agreement,
        seed=settings.seed,
        resamples=settings.resamples,
        confidence=settings.confidence,
        threads=settings.threads,
    )
    scores = {name: scores[name] | ({"agreement": agreement[name]} if name in agreement else {}) for name in scores}
    words = renamed.read(TOKENS / RENAMED)
    of_renamed, rows = renamed.evaluate(variants, words, settings)
    if words:
        scores = {name: scores[name] | {"renamed": of_renamed[name]} for name in scores}
    write_json(metrics_path("similarity", model, seed), scores)
    write_text(Path("reports/plots", model, seed, "renamed.csv"), renamed.table(rows))


if __name__ == "__main__":
    run(similarity)
