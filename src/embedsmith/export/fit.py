"""Fitting an artifact to a budget."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import yaml
from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import apply, compose
from embedsmith.compress.search.candidates import described
from embedsmith.compress.search.search import search
from embedsmith.compress.search.settings import SearchSettings, targets
from embedsmith.config.check import build
from embedsmith.config.choices import read_yaml
from embedsmith.embedding import FormatError, load, save, verify
from embedsmith.errors import InputError

SETTINGS = Path("conf/compress/default.yaml")


def fit(artifact: Path, out: Path, *, budget: str | None, keep: str | None) -> str:
    """Write the chain of `artifact` that fits a budget, or keeps enough, to `out`; return one line about it.

    What is tried, and how it is judged, conf/compress/default.yaml says. With both, it is the best within the budget,
    and the line says if that keeps less.

    Raises
    ------
    InputError
        If there is no such artifact, nothing is asked for, the budget cannot be met, or `out` exists.
    """
    if budget is None and keep is None:
        raise InputError("give --budget, as 25MB, or --keep, as 0.99")
    if os.path.lexists(out):
        raise InputError(f"{out}: exists; choose another place")
    kept = None if keep is None else yaml.safe_load(keep)
    tried = read_yaml(SETTINGS)
    build(SearchSettings, tried, str(SETTINGS))  # what is wrong there is told apart from what was asked for
    settings = build(SearchSettings, {**tried, "budget": budget, "keep": kept}, "options")
    try:
        verify(artifact)
        embedding = load(artifact)
    except FormatError as error:
        raise InputError(str(error)) from None
    origin = {"artifact": hashlib.sha256((artifact / "embedding.json").read_bytes()).hexdigest()}
    found = search(embedding, settings, origin)
    name = targets(settings.budget, settings.keep)[0].name
    point = found.chosen[name]
    try:
        with threadpool_limits(1):  # as the search did
            save(apply(compose(point.chain, name) if point.chain else {}, embedding), out, origin)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror or error}") from None
    note = f"; {found.notes[name]}" if name in found.notes else ""
    return f"{out}: {point.bytes:,} bytes, {described(point.chain)}; agreement {point.agreement:.4f}{note}"
