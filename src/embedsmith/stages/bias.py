"""bias: the variants of a model to reports/metrics/MODEL/SEED/bias.json."""

from __future__ import annotations

from embedsmith.config.check import build
from embedsmith.evaluate.bias import Bias, evaluate
from embedsmith.files import write_json
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.stages.variants import load_variants, metrics_path


def bias(model: str, seed: str) -> None:
    """Test the variants of `model` and `seed` by word embedding association tests."""
    config, where = resolved("bias", model, seed)
    settings = build(Bias, config["bias"], where)
    tests = evaluate(load_variants(model, seed, config["variants"]), settings)
    write_json(metrics_path("bias", model, seed), tests)


if __name__ == "__main__":
    run(bias)
