"""Analogies as an audit: what is answered, and what would be if the question's own words could be answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from embedsmith.evaluate.bias.names import CHANGED, REPEATED
from embedsmith.evaluate.bias.settings import Bias
from embedsmith.evaluate.bias.space import Estimate, Space
from embedsmith.evaluate.vectors import rows
from embedsmith.metrics.bias.analogy import answers


class Answered(NamedTuple):
    """One question, "a is to b as c is to ?", and its answers in one variant: of other words, and of all."""

    variant: str
    a: str
    b: str
    c: str
    answer: str
    unrestricted: str


def ask(
    variant: str, space: Space, asked: list[tuple[str, str, str]], settings: Bias, seed: list[int]
) -> tuple[dict[str, Any], list[Answered]]:
    """Return the two shares, of the questions whose words are known, and the answers one by one."""
    found = [rows(words, space.index) for words in zip(*asked, strict=True)]
    known = np.flatnonzero(np.min(found, axis=0) >= 0)
    coverage = {"known": int(known.size), "items": len(asked), "coverage": known.size / len(asked)}
    if known.size < settings.minimum_known:
        return dict.fromkeys((CHANGED, REPEATED), coverage | {"refused": True}), []
    a, b, c = (ids[known] for ids in found)
    restricted, unrestricted = answers(space.unit_rows, a, b, c)
    shares = {CHANGED: restricted != unrestricted, REPEATED: unrestricted == b}
    leaves = {
        name: coverage | Estimate.mean(values.astype(np.float64)).leaf(settings, seed)
        for name, values in shares.items()
    }
    words = space.embedding.words
    return leaves, [
        Answered(variant, *asked[question], words[one], words[other])
        for question, one, other in zip(known.tolist(), restricted.tolist(), unrestricted.tolist(), strict=True)
    ]


def table(answered: Iterable[Answered]) -> str:
    """Return the answers as CSV."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(Answered._fields)
    lines.writerows(answered)
    return text.getvalue()
