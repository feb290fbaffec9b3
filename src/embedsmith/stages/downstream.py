"""downstream: the variants of a model to reports/metrics/MODEL/SEED/downstream.json."""

from __future__ import annotations

from embedsmith.config.check import build
from embedsmith.evaluate.downstream import Downstream, evaluate
from embedsmith.files import write_json
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.stages.variants import load_variants, metrics_path


def downstream(model: str, seed: str) -> None:
    """Classify texts with the vectors of the variants of `model` and `seed`."""
    config, where = resolved("downstream", model, seed)
    settings = build(Downstream, config["downstream"], where)
    scores = evaluate(load_variants(model, seed, config["variants"]), settings)
    write_json(metrics_path("downstream", model, seed), scores)


if __name__ == "__main__":
    run(downstream)
