"""Renamed words: whether a word that was read a few times lies where it would if it were frequent.

The tokenizer can give a few occurrences of a frequent word another name (`tokenizer.rename`): training then meets a
rare word whose right place is known, that of its original. No data set is needed, and each word is its own control.
"""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.parallel import of_each
from embedsmith.evaluate.similarity import Similarity
from embedsmith.evaluate.vectors import unit_rows
from embedsmith.files import read_json
from embedsmith.metrics.neighbours import overlap, ranks
from embedsmith.metrics.similarity import Floats, Ids
from embedsmith.metrics.statistics import bootstrap, interval, median_of_resamples

NEAREST = 10
"""Neighbours that are looked at."""
MEASURES = ("reciprocal_rank", "first_10", "overlap", "median_rank")


@dataclass(frozen=True)
class Renamed:
    """The word that it was, and how many of its occurrences in the training text got the new name."""

    original: str
    occurrences: int


class Row(NamedTuple):
    """What one renamed word came to in one variant."""

    variant: str
    word: str
    occurrences: int
    rank: float
    overlap: float


def read(path: Path) -> dict[str, Renamed]:
    """Return the renamed words in the file at `path`, which is absent where nothing is renamed.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    if not path.exists():
        return {}
    try:
        return {
            word: Renamed(str(entry["original"]), int(entry["occurrences"]))
            for word, entry in read_json(Path(), path).items()
        }
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: not a table of renamed words; remove data/tokens and run `dvc repro`") from None


def evaluate(
    variants: Mapping[str, Embedding], renamed: Mapping[str, Renamed], settings: Similarity
) -> tuple[dict[str, Any], list[Row]]:
    """Measure how near each renamed word lies to its original, in every variant.

    Returns
    -------
    {variant: {occurrences: {measure: {score, low, high, known, items, coverage}}}}, and the words one by one. The
    measures, over the renamed words of so many occurrences that the variant knows, with bootstrap intervals: of the
    original's rank among all neighbours of the renamed word by cosine, `reciprocal_rank` (mean), `median_rank` and
    `first_10` (share of ranks up to 10); and `overlap`, the mean share of the 10 nearest neighbours that the two have
    in common, neither of them and no other renamed word counted. Without a known word: `refused`.

    Raises
    ------
    InputError
        For a variant with NaN.
    """
    every = of_each(lambda name: _rows(name, variants[name], renamed), variants, settings.threads) if renamed else []
    scores: dict[str, Any] = {name: {} for name in variants}
    for name, rows in zip(variants, every, strict=False):
        for occurrences in sorted({each.occurrences for each in renamed.values()}):
            some = [row for row in rows if row.occurrences == occurrences]
            items = sum(each.occurrences == occurrences for each in renamed.values())
            scores[name][str(occurrences)] = _scores(some, items, occurrences, settings)
    return scores, [row for rows in every for row in rows]


def _rows(variant: str, embedding: Embedding, renamed: Mapping[str, Renamed]) -> list[Row]:
    index = embedding.index
    known = {word: each for word, each in renamed.items() if word in index and each.original in index}
    words = _ids(known, index)
    originals = _ids([each.original for each in known.values()], index)
    unit = unit_rows(variant, embedding.matrix())
    places = ranks(unit, words, originals)
    shared = overlap(unit, words, originals, NEAREST, _ids([word for word in renamed if word in index], index))
    return [
        Row(variant, word, each.occurrences, rank, part)
        for (word, each), rank, part in zip(known.items(), places.tolist(), shared.tolist(), strict=True)
    ]


def _ids(words: Iterable[str], index: Mapping[str, int]) -> Ids:
    return np.fromiter((index[word] for word in words), dtype=np.int64)


def _scores(rows: Sequence[Row], items: int, occurrences: int, settings: Similarity) -> dict[str, Any]:
    coverage = {"known": len(rows), "items": items, "coverage": len(rows) / items}
    if not rows:
        return {measure: coverage | {"refused": True} for measure in MEASURES}
    places = np.asarray([row.rank for row in rows])
    means = np.column_stack([1 / places, places <= NEAREST, [row.overlap for row in rows]])

    def statistic(counts: Floats) -> Floats:
        return np.column_stack([counts @ means / len(rows), median_of_resamples(places, counts)])

    found = estimates(statistic, len(rows), occurrences, settings)
    return {measure: coverage | each for measure, each in zip(MEASURES, found, strict=True)}


def estimates(
    statistic: Callable[[Floats], Floats], words: int, occurrences: int, settings: Similarity
) -> list[dict[str, float]]:
    """Return {score, low, high} of each of m statistics over n `words` renamed at so many `occurrences`.

    Parameters
    ----------
    statistic
        From counts (B, n), the times that each word stands in each of B resamples, to values (B, m).
    """
    scores = statistic(np.ones((1, words)))[0]
    # The same resamples for all that is measured of the same words: it can be compared.
    seed = [settings.seed, zlib.crc32(f"renamed.{occurrences}".encode())]
    samples = bootstrap(statistic, words, settings.resamples, seed)
    bounds = [interval(sample, settings.confidence) for sample in samples.T]
    return [
        {"score": float(score), "low": low, "high": high} for score, (low, high) in zip(scores, bounds, strict=True)
    ]


def table(rows: Iterable[Row]) -> str:
    """Return the words one by one as CSV: variant, word, occurrences, rank, overlap."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(Row._fields)
    lines.writerows((*row[:3], f"{row.rank:.1f}".removesuffix(".0"), f"{row.overlap:g}") for row in rows)
    return text.getvalue()
