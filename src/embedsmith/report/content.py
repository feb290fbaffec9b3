"""All that the report shows, read from the files that the stages wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from embedsmith.config.check import build
from embedsmith.config.choices import read_yaml
from embedsmith.config.dotted import leaves
from embedsmith.errors import InputError
from embedsmith.evaluate.similarity import Similarity
from embedsmith.files import read_json
from embedsmith.report.audit import Audited, audit
from embedsmith.report.budget import Search, searches
from embedsmith.report.chains import plain_models
from embedsmith.report.claims import NOTE, Judged, ReportSettings, judge
from embedsmith.report.format import percent
from embedsmith.report.listing import Listed, entries
from embedsmith.report.neighbourhoods import Neighbourhoods, neighbourhoods
from embedsmith.report.rare import Rare, compare
from embedsmith.report.results import results
from embedsmith.report.treated import Treated, treated

CONFIG = Path("build/config")
PLOTS = Path("reports/plots")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the report shows.

    Attributes
    ----------
    frame
        Every metric (`embedsmith.results`).
    level
        Below which a corrected p-value is significant.
    claims, claims_note
        What was judged, and by what rule.
    treated
        The models that were cured, or trained on balanced text.
    bias
        Measures of bias that stand beside cures.
    audited
        Which variants keep their limits.
    corpus, tokens
        corpus.json and tokens.json.
    rare
        What renamed words say of the models; None where nothing was renamed.
    searches
        What was searched for budgets, of each entry that was searched.
    histories, spectra
        Of each entry of `listing`, in its order.
    choices
        What params.yaml chose, by name.
    settings
        Resolved settings by dotted key, of each model.
    chains
        Links and their parameters, of each variant.
    tests
        Of each bias test, its targets and attributes.
    keys
        The run key of each variant, by its run's name.
    neighbourhoods
        Neighbours of frequent words; None where there are none to show.
    """

    frame: pd.DataFrame
    listing: list[Listed]
    level: float
    claims: list[Judged]
    claims_note: str
    treated: list[Treated]
    bias: list[str]
    audited: list[Audited]
    corpus: Mapping[str, Any]
    tokens: Mapping[str, Any]
    rare: Rare | None
    searches: list[Search]
    histories: list[pd.DataFrame]
    spectra: list[pd.DataFrame]
    choices: Mapping[str, Any]
    settings: Mapping[str, Mapping[str, Any]]
    chains: Mapping[str, Mapping[str, Any]]
    tests: Mapping[str, Mapping[str, Any]]
    keys: Mapping[str, str]
    neighbourhoods: Neighbourhoods | None


def gather(root: Path, config: Mapping[str, Any], keys: Mapping[str, str]) -> Content:
    """Read what the resolved configuration `config` of the report lists.

    Parameters
    ----------
    keys
        Run key by the name of the run: `word2vec/s1/int8`.

    Raises
    ------
    InputError
        If a file of something that is listed is missing.
    """
    listing = entries(config["models"])
    frame = results(root)
    own = {field.name: config[field.name] for field in fields(ReportSettings) if field.name in config}
    settings = build(ReportSettings, own, "report")
    trained = {entry.model: _config(root, "train", entry) for entry in listing}
    chains = {
        name: dict(links) for entry in listing for name, links in _config(root, "compress", entry)["variants"].items()
    }
    level = round(1 - _config(root, "similarity", listing[0])["similarity"]["confidence"], 9)
    return Content(
        frame=frame,
        listing=listing,
        level=level,
        claims=list(judge(frame, listing, settings)),
        claims_note=NOTE.format(tolerance=percent(settings.reduction_tolerance)),
        treated=treated(frame, listing, chains, plain_models(trained), level),
        bias=settings.bias,
        audited=audit(root),
        corpus=read_json(root, Path("data/corpus/corpus.json")),
        tokens=read_json(root, Path("data/tokens/tokens.json")),
        rare=_rare(root, listing, settings),
        searches=searches(root, [entry for entry in listing if _config(root, "compress", entry).get("search")]),
        histories=[_csv(root, entry, "history.csv") for entry in listing],
        spectra=[_csv(root, entry, "spectrum.csv") for entry in listing],
        choices=config["choices"],
        settings={model: dict(leaves(values)) for model, values in trained.items()},
        chains=chains,
        tests=_config(root, "bias", listing[0])["bias"]["tests"],
        keys=keys,
        neighbourhoods=neighbourhoods(root, listing, settings.neighbourhoods),
    )


def _rare(root: Path, listing: list[Listed], settings: ReportSettings) -> Rare | None:
    words = [_csv(root, entry, "renamed.csv") for entry in listing]
    if not any(len(frame) for frame in words):
        return None
    measured = build(Similarity, _config(root, "similarity", listing[0])["similarity"], "similarity")
    return compare(words, listing, measured, settings.permutations)


def _config(root: Path, stage: str, entry: Listed) -> dict[str, Any]:
    return read_yaml(root / CONFIG / stage / entry.folder.with_suffix(".yaml"))


def _csv(root: Path, entry: Listed, name: str) -> pd.DataFrame:
    path = PLOTS / entry.folder / name
    try:
        return pd.read_csv(root / path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; run `dvc repro` or `dvc pull`") from None
