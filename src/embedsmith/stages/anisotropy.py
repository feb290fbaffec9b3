"""anisotropy: the variants of a model to reports/metrics/MODEL/SEED/anisotropy.json, and their spectra."""

from __future__ import annotations

from pathlib import Path

from embedsmith.config.check import build
from embedsmith.evaluate.anisotropy import Anisotropy, evaluate, spectrum_csv
from embedsmith.files import write_json, write_text
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.stages.variants import load_variants, metrics_path


def anisotropy(model: str, seed: str) -> None:
    """Measure the variants of `model` and `seed` for how evenly they use their space."""
    config, where = resolved("anisotropy", model, seed)
    settings = build(Anisotropy, config["anisotropy"], where)
    metrics, spectrum = evaluate(load_variants(model, seed, config["variants"]), settings)
    write_json(metrics_path("anisotropy", model, seed), metrics)
    write_text(Path("reports/plots", model, seed, "spectrum.csv"), spectrum_csv(spectrum))


if __name__ == "__main__":
    run(anisotropy)
