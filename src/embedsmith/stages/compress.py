"""compress: a model to data/variants/MODEL/SEED/, one artifact a variant, their sizes, and what a search found."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import UNTOUCHED, apply, compose
from embedsmith.compress.cost import rows_per_second, size
from embedsmith.compress.search.search import search
from embedsmith.compress.search.settings import SearchSettings
from embedsmith.config.check import build
from embedsmith.embedding import Embedding, load, save, verify
from embedsmith.files import write_json, write_text
from embedsmith.stages.output import folder
from embedsmith.stages.process import run
from embedsmith.stages.resolved import digest, resolved
from embedsmith.stages.variants import metrics_path

MEASURED = Path("build/search")
"""What searches have measured: another budget does not fit the same chains again."""
CODE = ("compress", "embedding", "metrics", "mitigate")
"""Packages of this project that decide what a chain makes and how it is measured."""
LIBRARIES = Path("constraints.txt")


def compress(model: str, seed: str) -> dict[str, Any]:
    """Make every variant of one trained model."""
    config, where = resolved("compress", model, seed)
    chains = {name: compose(links, f"{where}: {name}") for name, links in config["variants"].items()}
    source = Path("data/models", model, seed)
    verify(source)
    embedding = load(source)
    origin = {"model": digest(source / "embedding.json")}
    with folder(Path("data/variants", model, seed)) as out:
        with threadpool_limits(config["threads"]):
            for name, chain in {UNTOUCHED: {}, **chains}.items():
                save(apply(chain, embedding), out / name, origin)
        found: dict[str, Any] = {}
        sought: list[str] = []
        if config["search"] is not None:
            settings = build(SearchSettings, config["search"], where)
            found, sought = search_variants(embedding, settings, origin, out)
        names = [UNTOUCHED, *chains, *sought]
        sizes = {name: size(out / name) for name in names}
        with threadpool_limits(config["threads"]):
            speeds = {name: rows_per_second(load(out / name)) for name in names}
    write_json(metrics_path("size", model, seed), sizes)
    write_json(metrics_path("search", model, seed), found)
    return {"rows_per_second": speeds}


def search_variants(
    embedding: Embedding, settings: SearchSettings, origin: Mapping[str, str], out: Path
) -> tuple[dict[str, Any], list[str]]:
    """Search, write what was chosen into `out`, and return all that was found and the names of the variants."""
    path = MEASURED / f"{measuring_key(settings, origin)}.json"
    known = measured(path)
    found = search(embedding, settings, origin, known)
    write_text(path, json.dumps(known))
    for name, note in found.notes.items():
        print(f"{name}: {note}", file=sys.stderr)  # noqa: T201
    with threadpool_limits(1):  # as the search did
        for name, point in found.chosen.items():
            links = compose(point.chain, name) if point.chain else {}
            save(apply(links, embedding), out / name, origin)
    return found.figures(), list(found.chosen)


def measuring_key(settings: SearchSettings, origin: Mapping[str, str]) -> str:
    """Return a hash of all that decides what is measured of a chain: vectors, questions, code and libraries."""
    package = Path(__file__).parents[1]
    files = sorted(path for name in CODE for path in (package / name).rglob("*.py"))
    parts = [origin, vars(settings.agreement), settings.rows, *map(digest, files)]
    if LIBRARIES.is_file():
        parts.append(digest(LIBRARIES))
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def measured(path: Path) -> dict[str, Any]:
    """Return what is in the file `path`; nothing if there is none, or it is damaged."""
    try:
        known = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


if __name__ == "__main__":
    run(compress)
