"""Renamed words: how near each model puts a rare word to what it would be if it were frequent."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.evaluate.renamed import estimates
from embedsmith.evaluate.similarity import Similarity
from embedsmith.metrics.similarity import Floats
from embedsmith.metrics.statistics import holm, paired_p_value
from embedsmith.report import format as text
from embedsmith.report.frequency import by_model
from embedsmith.report.listing import Listed
from embedsmith.report.table import Cell, Row, Table, join

MEASURES = {"reciprocal_rank": "mean reciprocal rank of the original", "overlap": "overlap of the 10 nearest"}
BETTER, WORSE = "▲", "▼"
NOTE = (
    "So many occurrences of frequent words (columns) were given another name before training. Reciprocal rank: 1 if "
    "the original is the nearest neighbour of the renamed word, 1/2 if the second, and so on. Overlap: share of the 10 "
    "nearest neighbours that the two have in common. Beneath a score, its bootstrap confidence interval over the words"
    "{seeds}."
)
TESTED = (
    " ▲ above, ▼ below {first}, on the same words: paired permutation test, p below {level:g} after Holm's correction "
    "for the {tests} tests of both tables."
)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One measure of one untouched model, over the words renamed at so many occurrences.

    Attributes
    ----------
    score, low, high
        Mean over the words, each at its mean over the seeds, and its confidence interval.
    spread
        Standard deviation of the score over the seeds; NaN of one seed.
    difference, p
        From the first model's score on the same words, and the p-value, corrected for all tests; NaN of the first
        model itself.
    """

    model: str
    measure: str
    occurrences: int
    words: int
    score: float
    low: float
    high: float
    spread: float
    difference: float = math.nan
    p: float = math.nan


@dataclass(frozen=True)
class Rare:
    """What the renamed words say of each model, and the level at which a difference counts as one."""

    estimates: Sequence[Estimate]
    level: float

    def of(self, measure: str) -> list[Estimate]:
        """Return the estimates of one measure."""
        return [each for each in self.estimates if each.measure == measure]


def compare(
    words: Sequence[pd.DataFrame], listing: Sequence[Listed], settings: Similarity, permutations: int
) -> Rare | None:
    """Compare the untouched models by their renamed words; None if there are none.

    Parameters
    ----------
    words
        renamed.csv of each entry of `listing`.
    """
    by_folder = {entry.folder: frame for entry, frame in zip(listing, words, strict=True)}
    models = {
        model: pd.concat([_untouched(by_folder[entry.folder], entry) for entry in entries], ignore_index=True)
        for model, entries in by_model(listing).items()
    }
    first = next(iter(models.values()))
    found = [
        estimate
        for frame in models.values()
        for estimate in _estimates(frame, None if frame is first else first, settings, permutations)
    ]
    tested = [place for place, each in enumerate(found) if not math.isnan(each.p)]
    for place, p in zip(tested, holm([found[place].p for place in tested]).tolist(), strict=True):
        found[place] = replace(found[place], p=p)
    return Rare(found, 1 - settings.confidence) if found else None


def tables(rare: Rare, listing: Sequence[Listed]) -> list[Table]:
    """Return a table for each measure: a row for each model, a column for so many occurrences."""
    models = by_model(listing)
    seeds = {len(entries) for entries in models.values()}
    note = NOTE.format(seeds=", and the standard deviation over the seeds" if seeds != {1} else "")
    if tests := sum(not math.isnan(each.p) for each in rare.estimates):
        note += TESTED.format(first=next(iter(models)), level=rare.level, tests=tests)
    return [_table(rare, measure, models, note) for measure in MEASURES]


def _table(rare: Rare, measure: str, models: Mapping[str, Sequence[Listed]], note: str) -> Table:
    found = {(each.model, each.occurrences): each for each in rare.of(measure)}
    columns = sorted({occurrences for _, occurrences in found})
    words = {column: {each.words for each in found.values() if each.occurrences == column} for column in columns}
    rows = []
    for model, entries in models.items():
        cells = [
            _cell(each, rare.level, alone=len(words[column]) > 1)
            if (each := found.get((model, column)))
            else Cell(text.NONE)
            for column in columns
        ]
        rows.append(Row("baseline" if entries[0].baseline else UNTOUCHED, [Cell(model), *cells]))
    heads = [
        Cell(str(column), f"{text.integer(max(words[column]))} words" if len(words[column]) == 1 else "")
        for column in columns
    ]
    return Table([Cell("model", MEASURES[measure]), *heads], rows, note)


def _cell(each: Estimate, level: float, *, alone: bool) -> Cell:
    mark = "" if math.isnan(each.p) or each.p >= level else BETTER if each.difference > 0 else WORSE
    note = join(
        text.between(each.low, each.high),
        text.deviation(each.spread),
        f"{text.integer(each.words)} words" if alone else "",
    )
    return Cell(f"{text.score(each.score)} {mark}".rstrip(), note)


def _untouched(words: pd.DataFrame, entry: Listed) -> pd.DataFrame:
    """Return the words of the untouched model, with a column for each measure."""
    own = words[words["variant"] == UNTOUCHED]
    return own.assign(model=entry.model, seed=entry.seed, reciprocal_rank=1 / own["rank"])


def _estimates(
    words: pd.DataFrame, first: pd.DataFrame | None, settings: Similarity, permutations: int
) -> Iterator[Estimate]:
    """Yield each measure of one model's `words`, beside those of the `first` model; p-values are not corrected."""
    for occurrences in sorted({int(each) for each in words["occurrences"]}):
        frame = words[words["occurrences"] == occurrences]
        means = frame.groupby("word")[list(MEASURES)].mean()
        matrix = means.to_numpy()
        spreads = frame.groupby("seed")[list(MEASURES)].mean().std()  # NaN of one seed
        found = estimates(partial(_mean, matrix), len(means), occurrences, settings)
        for measure, each in zip(MEASURES, found, strict=True):
            difference, p = math.nan, math.nan
            if first is not None:
                other = first[first["occurrences"] == occurrences].groupby("word")[measure].mean()
                differences = (means[measure] - other).dropna().to_numpy()
                if differences.size:
                    seed = [settings.seed, zlib.crc32(f"renamed.{occurrences}".encode())]
                    difference, p = float(differences.mean()), paired_p_value(differences, permutations, seed)
            yield Estimate(
                model=str(frame["model"].iloc[0]),
                measure=measure,
                occurrences=occurrences,
                words=len(means),
                spread=float(spreads[measure]),
                difference=difference,
                p=p,
                **each,
            )


def _mean(values: Floats, counts: Floats) -> Floats:
    return counts @ values / len(values)
