"""bias: the variants of a model to reports/metrics/MODEL/SEED/bias.json; answers to analogies one by one."""

from __future__ import annotations

from pathlib import Path

from embedsmith.config.check import build
from embedsmith.evaluate.bias import Bias, evaluate
from embedsmith.evaluate.bias.analogies import table
from embedsmith.files import write_json, write_text
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.stages.variants import load_variants, metrics_path


def bias(model: str, seed: str) -> None:
    """Measure the bias of the variants of `model` and `seed`."""
    config, where = resolved("bias", model, seed)
    settings = build(Bias, config["bias"], where)
    metrics, answered = evaluate(load_variants(model, seed, config["variants"]), settings)
    write_json(metrics_path("bias", model, seed), metrics)
    write_text(Path("reports/plots", model, seed, "analogy_audit.csv"), table(answered))


if __name__ == "__main__":
    run(bias)
