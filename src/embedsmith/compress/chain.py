"""A variant: an ordered chain of transforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from embedsmith.compress.transform import Transform
from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError

ROOM = "embedsmith.compress"
UNTOUCHED = "untouched"
"""The variant with an empty chain: the model as trained, the reference of all others."""


def compose(variant: Mapping[str, Mapping[str, Any]], where: str) -> dict[str, Transform]:
    """Return the transforms of `variant`, in order, from a mapping of link name to parameters.

    Raises
    ------
    InputError
        If a link is unknown, a parameter is wrong, or the order makes no sense; `where` says whose.
    """
    if not variant:
        raise InputError(f"{where}: the chain is empty; name a transform, or leave the variant out")
    chain: dict[str, Transform] = {}
    for name, parameters in variant.items():
        stored = [link for link, transform in chain.items() if transform.last]
        if stored:
            raise InputError(f"{where}: {name} cannot follow {stored[0]}, which stores the rows; put {stored[0]} last")
        chain[name] = build(find(ROOM, name, where), parameters, f"{where}.{name}")
    return chain


def apply(chain: Mapping[str, Transform], embedding: Embedding) -> Embedding:
    """Fit and apply each link in turn; the result names the whole chain."""
    for name, link in chain.items():
        names = (*embedding.chain, name)
        embedding = replace(link.fit(embedding).transform(embedding), chain=names)
    return embedding
