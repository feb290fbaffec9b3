"""Outlier detection: groups of words, and words of which each is to be told from one group."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

import numpy as np

from embedsmith.errors import InputError
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.vectors import rows
from embedsmith.metrics.outliers import outlier_position
from embedsmith.metrics.similarity import Floats, Unit
from embedsmith.metrics.statistics import mean_of_resamples

Group = tuple[list[str], list[str]]
"""Words that belong together, and words that do not belong to them."""


@dataclass(frozen=True)
class Outliers:
    """n questions: the members of a group, and last the word that does not belong.

    Camacho-Collados & Navigli 2016, "Find the word that does not belong: A Framework for an Intrinsic Evaluation of
    Word Vector Representations". The score is their accuracy, the share of outliers that are told from every member;
    `opp` their outlier position percentage, here a share too. A question is known if all of its words are: with fewer
    members it would be an easier one.
    """

    questions: Sequence[Sequence[str]]

    measures: ClassVar[tuple[str, ...]] = ("accuracy", "opp")
    of_vocabulary: ClassVar[bool] = False
    partial: ClassVar[bool] = False

    @classmethod
    def load(cls, dataset: DataSet) -> Outliers:
        """Read a file of groups, each outlier a question.

        Of text, as the 8-8-8 set has it, a word a line: the members of a group, an empty line, its outliers, and after
        another empty line the next group. Of a .json, an object of groups by name, each `{"members": [...],
        "outliers": [...]}`.

        Raises
        ------
        InputError
            If the file is not like this, a group has fewer than two members or no outlier, or a word twice.
        """
        where = dataset.location
        groups = _json if where.lower().endswith(".json") else _text
        questions = []
        for name, (members, outliers) in groups(dataset.read(), where):
            if len(members) < 2 or not outliers:
                raise InputError(
                    f"{where}: {name}: {len(members)} members and {len(outliers)} outliers; 2 and 1 at least"
                )
            words = [*members, *outliers]
            if repeated := next((word for word in words if words.count(word) > 1), None):
                raise InputError(f"{where}: {name}: {repeated!r} stands twice")
            questions += [(*members, outlier) for outlier in outliers]
        if not questions:
            raise InputError(f"{where}: no groups in it")
        return cls(questions)

    def __len__(self) -> int:
        return len(self.questions)

    @property
    def items(self) -> Sequence[Sequence[str]]:
        """The words of each question."""
        return self.questions

    def outcomes(self, index: Mapping[str, int], unit_rows: Unit) -> Floats:
        """Whether each outlier is found, and its position over the last one, (n, 2); NaN where a word is unknown."""
        outcomes = np.full((len(self), 2), np.nan)
        for place, words in enumerate(self.questions):
            found = rows(words, index)
            if (found >= 0).all():
                last = len(words) - 1
                position = outlier_position(unit_rows[found[:-1]], unit_rows[found[-1]])
                outcomes[place] = position == last, position / last
        return outcomes

    def scores(self, outcomes: Floats, counts: Floats) -> Floats:
        """Mean over the known questions, (R, S), of S spaces' outcomes (n, S) in R resamples (R, n)."""
        return mean_of_resamples(outcomes, counts)


def _text(text: str, where: str) -> Iterator[tuple[str, Group]]:
    lines = [line.strip() for line in text.splitlines()]
    blocks = [list(block) for filled, block in itertools.groupby(lines, key=bool) if filled]
    if len(blocks) % 2:
        raise InputError(
            f"{where}: {len(blocks)} blocks of lines; of each group the members, an empty line, the outliers"
        )
    for number, (members, outliers) in enumerate(zip(blocks[::2], blocks[1::2], strict=True), 1):
        yield f"group {number}", (members, outliers)


def _json(text: str, where: str) -> Iterator[tuple[str, Group]]:
    try:
        groups = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}:{error.lineno}: not JSON: {error.msg}") from None
    if not isinstance(groups, dict):
        raise InputError(f"{where}: must be an object of groups")
    for name, group in groups.items():
        members, outliers = (group.get(key) if isinstance(group, dict) else None for key in ("members", "outliers"))
        if not (_words(members) and _words(outliers)):
            raise InputError(f"{where}: {name}: must have two lists of words, members and outliers")
        yield name, (members, outliers)


def _words(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)
