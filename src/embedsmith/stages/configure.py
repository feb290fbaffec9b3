"""configure: conf/ and params.yaml to build/config/, one resolved file for each stage instance.

What is wrong is found here, in a second, before anything is computed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.compress.chain import compose as compose_chain
from embedsmith.compress.search.candidates import composed
from embedsmith.compress.search.settings import SearchSettings, targets
from embedsmith.config.check import build
from embedsmith.config.choices import PARAMS, Choices, read
from embedsmith.config.compose import compose, locate
from embedsmith.config.nearest import nearest
from embedsmith.config.rooms import find
from embedsmith.corpus.settings import CorpusSettings
from embedsmith.errors import InputError
from embedsmith.evaluate.anisotropy import Anisotropy
from embedsmith.evaluate.bias import Bias
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.downstream import Downstream
from embedsmith.evaluate.similarity import Similarity
from embedsmith.report.claims import ReportSettings
from embedsmith.stages.output import folder
from embedsmith.stages.process import run
from embedsmith.stages.resolved import FOLDER, path_of
from embedsmith.tokenizer.settings import TokenizerSettings
from embedsmith.tracking.settings import TrackingSettings

EVALUATIONS = {"similarity": Similarity, "anisotropy": Anisotropy, "bias": Bias, "downstream": Downstream}
PARTS = (
    *("checkpoint_seconds", "compress", "corpus", "evaluate", "model"),
    *("report", "threads", "tokenizer", "tracking", "variant"),
)
BY_MODEL = ("data/models", "data/variants", "reports/metrics", "reports/plots")
"""Folders of outputs by model and seed."""

Config = Mapping[str, Any]


class _Plain(yaml.SafeDumper):
    """Writes a value that stands in two places twice, where YAML would refer from one to the other."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def configure() -> None:
    """Resolve, check and write the configuration; remove the outputs of models and seeds no longer listed."""
    choices, overrides = read(Path())
    config, sources = compose(Path(), choices, overrides)
    try:
        check(config)
    except InputError as error:
        key = str(error).partition(":")[0]
        raise InputError(f"{locate(key, overrides, sources)}: {error}") from None
    Path(choices.local).mkdir(parents=True, exist_ok=True)  # DVC's own word on a missing one is obscure
    require_data_sets(config)
    with folder(FOLDER) as out:
        for path, values in resolve(choices, config, overrides).items():
            file = out / path.relative_to(FOLDER)
            file.parent.mkdir(parents=True, exist_ok=True)
            # Not sorted: the order of a chain's links is part of it.
            text = yaml.dump(values, Dumper=_Plain, sort_keys=False, allow_unicode=True)
            file.write_text(text, encoding="utf-8")
    for parent in BY_MODEL:
        remove_unlisted(Path(parent), choices)


def check(config: Config) -> None:
    """Hold every part of the composed configuration against its schema.

    Raises
    ------
    InputError
        Beginning with the dotted key.
    """
    _refuse_unknown(config, PARTS, "")
    if config["checkpoint_seconds"] <= 0:
        raise InputError(f"checkpoint_seconds: must be above 0, not {config['checkpoint_seconds']:g}")
    _refuse_unknown(config["evaluate"], EVALUATIONS, "evaluate.")
    corpus = dict(config["corpus"])
    for name, source in corpus.pop("sources", {}).items():
        _check_kind("embedsmith.corpus.source", source, f"corpus.sources.{name}")
    build(CorpusSettings, corpus, "corpus")
    build(TokenizerSettings, config["tokenizer"], "tokenizer")
    for name, model in config["model"].items():
        _check_kind("embedsmith.model", model, f"model.{name}")
    for name, links in config.get("variant", {}).items():
        compose_chain(links, f"variant.{name}")
    composed(build(SearchSettings, config["compress"], "compress").chains, "compress.chains")
    for name, schema in EVALUATIONS.items():
        build(schema, config["evaluate"][name], f"evaluate.{name}")
    build(ReportSettings, config["report"], "report")
    build(TrackingSettings, config["tracking"], "tracking")


def require_data_sets(config: Config) -> None:
    """Raise `InputError` if a data set cannot be had: without it, training would be for nothing.

    Of one that is superseded, say so: this is when it is chosen.
    """
    evaluations = config["evaluate"]
    for values in (evaluations["similarity"]["sets"], evaluations["bias"]["lists"], evaluations["downstream"]["sets"]):
        for name, declared in values.items():
            dataset = build(DataSet, declared, name)
            dataset.require()
            if dataset.superseded_by:
                print(f"configure: data set {name} is superseded by {dataset.superseded_by}", file=sys.stderr)  # noqa: T201


def resolve(choices: Choices, config: Config, overrides: Config) -> dict[Path, Config]:
    """Return the content of every resolved file, by its path."""
    files: dict[Path, Config] = {
        path_of("ingest"): {**config["corpus"], "local": choices.local},
        path_of("tokenize"): config["tokenizer"],
    }
    listed = {}
    sought = [target.name for target in targets(config["compress"]["budget"], config["compress"]["keep"])]
    if twice := set(sought) & set(choices.variants):
        raise InputError(f"{PARAMS}: variants: {min(twice)} is the name of what the search chooses; rename yours")
    for name in choices.models:
        model = config["model"][name]
        baseline = bool(model.get("baseline"))
        chains = {} if baseline else {variant: config["variant"][variant] for variant in choices.variants}
        search = None if baseline or not sought else config["compress"]
        variants = [UNTOUCHED, *chains, *(sought if search else ())]
        listed[name] = {"seeds": choices.seeds, "variants": variants, "baseline": baseline}
        for seed in choices.seeds:
            files[path_of("train", name, seed)] = {**model, "checkpoint_seconds": config["checkpoint_seconds"]}
            files[path_of("compress", name, seed)] = {
                "threads": config["threads"],
                "variants": chains,
                "search": search,
            }
            for kind in EVALUATIONS:
                files[path_of(kind, name, seed)] = {"variants": variants, kind: config["evaluate"][kind]}
    chosen = {"models": choices.models, "seeds": choices.seeds, "variants": choices.variants}
    files[path_of("report")] = {"models": listed, "choices": chosen | dict(overrides), **config["report"]}
    files[path_of("track")] = {"models": listed, **config["tracking"]}
    return files


def remove_unlisted(parent: Path, choices: Choices) -> None:
    """Remove the folders below `parent` of a model or seed that is not listed; DVC would keep and count them.

    What lies elsewhere, behind a link, stays.
    """
    for model in parent.iterdir() if parent.is_dir() else ():
        if model.is_symlink():  # what it leads to is none of ours
            continue
        for seed in model.iterdir() if model.is_dir() else ():
            if model.name not in choices.models or seed.name not in map(str, choices.seeds):
                shutil.rmtree(seed)
        if model.is_dir() and not any(model.iterdir()):
            model.rmdir()


def _refuse_unknown(values: Config, known: Collection[str], prefix: str) -> None:
    for key in values:
        if key not in known:
            raise InputError(f"{prefix}{key}: unknown key{nearest(str(key), known)}")


def _check_kind(room: str, values: Any, key: str) -> None:
    """Check `values` against the class that their `kind` names."""
    if not isinstance(values, Mapping) or "kind" not in values:
        raise InputError(f"{key}.kind: missing; say which")
    own = {name: value for name, value in values.items() if name != "kind"}
    build(find(room, str(values["kind"]), f"{key}.kind"), own, key)


if __name__ == "__main__":
    run(configure)
