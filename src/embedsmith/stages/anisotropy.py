"""anisotropy: the variants of a model to reports/metrics/MODEL/SEED/anisotropy.json, and their spectra."""

from __future__ import annotations

from pathlib import Path

from embedsmith.config.check import build
from embedsmith.evaluate.anisotropy import Anisotropy, evaluate, spectrum_csv
from embedsmith.files import write_json, write_text
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.stages.variants import load_variants, metrics_path
from embedsmith.tokenizer.tokens import Tokens

TOKENS = Path("data/tokens")


def anisotropy(model: str, seed: str) -> None:
    """Measure the variants of `model` and `seed` for how evenly they use their space, and what frequency does."""
    config, where = resolved("anisotropy", model, seed)
    settings = build(Anisotropy, config["anisotropy"], where)
    variants = load_variants(model, seed, config["variants"])
    tokens = Tokens.open(TOKENS)
    counts = dict(zip(tokens.words, tokens.counts.tolist(), strict=True))
    metrics, spectrum = evaluate(variants, settings, counts)
    write_json(metrics_path("anisotropy", model, seed), metrics)
    write_text(Path("reports/plots", model, seed, "spectrum.csv"), spectrum_csv(spectrum))


if __name__ == "__main__":
    run(anisotropy)
