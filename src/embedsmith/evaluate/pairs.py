"""Word similarity: pairs of words or terms scored by people, ranked by the model's cosine."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.vectors import rows
from embedsmith.metrics.similarity import Floats, Unit, cosine, spearman_of_resamples

Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Pairs:
    """n pairs of words, or of terms of several words, `left` and `right`, and their `human` scores (n,)."""

    left: Sequence[str]
    right: Sequence[str]
    human: Floats

    @classmethod
    def load(cls, dataset: DataSet) -> Pairs:
        """Read a file of pairs: commas in a .csv, else tabs, or spaces where a line has no tab.

        Empty lines and those that begin with `#` are skipped.

        Raises
        ------
        InputError
            With file and line: a missing column, a score that is no number; or scores that are all the same.
        """
        where = dataset.location
        lines = _lines(dataset.read(), where)
        places = [0, 1, 2] if dataset.columns is None else _places(lines, dataset.columns, where)
        left, right, human = [], [], []
        for number, fields in lines:
            if len(fields) <= max(places):
                raise InputError(f"{where}:{number}: {len(fields)} columns; two words and a score are needed")
            one, other, score = (fields[place].strip() for place in places)
            left.append(one)
            right.append(other)
            human.append(_number(score, f"{where}:{number}"))
        if not human:
            raise InputError(f"{where}: no pairs in it")
        if len(set(human)) == 1:
            raise InputError(f"{where}: every pair has the score {human[0]:g}; ranks need scores that differ")
        return cls(left, right, np.asarray(human))

    def __len__(self) -> int:
        return len(self.human)

    @property
    def items(self) -> list[tuple[str, str]]:
        """The terms of each pair."""
        return list(zip(self.left, self.right, strict=True))

    def outcomes(self, index: Mapping[str, int], unit_rows: Unit) -> Floats:
        """Cosine of each pair, (n,), NaN where a term is unknown; a zero vector has cosine 0 with all."""
        left, right = rows(self.left, index), rows(self.right, index)
        known = (left >= 0) & (right >= 0)
        cosines = np.full(len(self), np.nan)
        cosines[known] = cosine(unit_rows, left[known], right[known])
        return cosines

    def scores(self, outcomes: Floats, counts: Floats) -> Floats:
        """Spearman's correlation over the known pairs, (R, S), of S spaces' outcomes (n, S) in R resamples (R, n).

        NaN where a resample holds no two known pairs with different human scores.
        """
        return np.column_stack([self._correlation(cosines, counts) for cosines in outcomes.T])

    def _correlation(self, cosines: Floats, counts: Floats) -> Floats:
        known = ~np.isnan(cosines)
        return spearman_of_resamples(cosines[known], self.human[known], counts[:, known])


def _lines(text: str, where: str) -> Iterator[Line]:
    """Line number and fields of each line that holds something."""
    split = _comma_separated(text, where) if where.lower().endswith(".csv") else _separated(text)
    return ((number, fields) for number, fields in split if any(fields) and not fields[0].startswith("#"))


def _comma_separated(text: str, where: str) -> Iterator[Line]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        for fields in reader:
            yield reader.line_num, fields
    except csv.Error as error:
        raise InputError(f"{where}:{reader.line_num}: not comma-separated: {error}") from None


def _separated(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), 1):
        yield number, line.split("\t") if "\t" in line else line.split()


def _places(lines: Iterator[Line], columns: Sequence[str], where: str) -> list[int]:
    """Places of the named columns in the header, which is the next line."""
    number, header = next(lines, (1, []))
    header = [name.strip() for name in header]
    for name in columns:
        if name not in header:
            raise InputError(f"{where}:{number}: no column {name!r}{nearest(name, header)}")
    return [header.index(name) for name in columns]


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: the score {text!r} is not a number")
    return value
