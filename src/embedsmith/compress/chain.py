"""A variant: an ordered chain of transforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from embedsmith.compress.low_rank import LowRank, inner
from embedsmith.compress.transform import Transform
from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.embedding import Embedding
from embedsmith.embedding import LowRank as LowRankCodec
from embedsmith.embedding import Shared as SharedCodec
from embedsmith.errors import InputError

ROOMS = ("embedsmith.compress", "embedsmith.mitigate")
"""Where links lie, side by side: none imports one of the other room."""
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
        transform: Transform = build(find(ROOMS, name, where), parameters, f"{where}.{name}")
        for link, before in chain.items():
            if before.last and not (isinstance(before, LowRank) and transform.last):  # coefficients can be stored anew
                raise InputError(f"{where}: {name} cannot follow {link}, which stores the rows; put {link} last")
        chain[name] = transform
    return chain


def apply(chain: Mapping[str, Transform], embedding: Embedding) -> Embedding:
    """Fit and apply each link in turn; the result names the whole chain."""
    for name, link in chain.items():
        names = (*embedding.chain, name)
        embedding = replace(_apply_one(link, embedding), chain=names)
    return embedding


def _apply_one(link: Transform, embedding: Embedding) -> Embedding:
    """Fit and apply `link`; one that stores rows anew stores the coefficients, where the rows are those of a basis.

    Where words share rows it is given those that are stored, each of which is that of a word before all that share it.
    """
    codec = embedding.codec
    if isinstance(codec, SharedCodec):
        kept = replace(embedding, words=embedding.words[: codec.inner.shape[0]], codec=codec.inner)
        changed = _apply_one(link, kept)
        return replace(changed, words=embedding.words, codec=SharedCodec(changed.codec, codec.numbers))
    if not isinstance(codec, LowRankCodec) or not link.last or isinstance(link, LowRank):
        return link.fit(embedding).transform(embedding)
    coefficients = embedding.recoded(inner)
    return link.fit(coefficients).transform(coefficients).recoded(lambda stored: LowRankCodec(stored, codec.basis))
