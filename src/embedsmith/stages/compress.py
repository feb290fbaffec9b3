"""compress: a model to data/variants/MODEL/SEED/, one artifact a variant, and their sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import UNTOUCHED, apply, compose
from embedsmith.compress.cost import rows_per_second, size
from embedsmith.embedding import load, save, verify
from embedsmith.files import write_json
from embedsmith.stages.output import folder
from embedsmith.stages.process import run
from embedsmith.stages.resolved import digest, resolved
from embedsmith.stages.variants import metrics_path


def compress(model: str, seed: str) -> dict[str, Any]:
    """Make every variant of one trained model."""
    config, where = resolved("compress", model, seed)
    chains = {name: compose(links, f"{where}: {name}") for name, links in config["variants"].items()}
    source = Path("data/models", model, seed)
    verify(source)
    embedding = load(source)
    origin = {"model": digest(source / "embedding.json")}
    with folder(Path("data/variants", model, seed)) as out, threadpool_limits(config["threads"]):
        for name, chain in {UNTOUCHED: {}, **chains}.items():
            save(apply(chain, embedding), out / name, origin)
        names = [UNTOUCHED, *chains]
        sizes = {name: size(out / name) for name in names}
        speeds = {name: rows_per_second(load(out / name)) for name in names}
    write_json(metrics_path("size", model, seed), sizes)
    return {"rows_per_second": speeds}


if __name__ == "__main__":
    run(compress)
