"""Analogies: "a is to b as c is to d", answered by the word that is near b and c, and far from a."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from embedsmith.errors import InputError
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.vectors import rows
from embedsmith.metrics.analogies import three_cos
from embedsmith.metrics.similarity import Floats, Unit
from embedsmith.metrics.statistics import mean_of_resamples


@dataclass(frozen=True)
class Analogies:
    """n questions of four words each, and the section that each stands in.

    The protocol is 3CosAdd as in Mikolov et al. 2013: an answer is sought in the whole vocabulary, the three
    words of the question left out; accuracy is over the questions whose four words are known. gensim's
    `evaluate_word_analogies` counts the same, but for this: it matches words in upper case (here: as written,
    then lower-cased), searches the 300,000 most frequent words only, and looks at its five best candidates,
    so that on a vocabulary of lower-case words below that size the counts are equal. 3CosMul (Levy & Goldberg 2014)
    is asked the same, beside it.
    """

    questions: Sequence[tuple[str, str, str, str]]
    sections: Sequence[str]

    measures: ClassVar[tuple[str, ...]] = ("add", "mul")
    of_vocabulary: ClassVar[bool] = True
    partial: ClassVar[bool] = False

    @classmethod
    def load(cls, dataset: DataSet) -> Analogies:
        """Read a file of questions, four words a line; `: name` begins a section.

        Raises
        ------
        InputError
            With file and line, if a line has not four words; or if there are no questions.
        """
        questions, sections, section = [], [], ""
        for number, line in enumerate(dataset.read().splitlines(), 1):
            words = line.split()
            if line.startswith(":"):
                section = line[1:].strip()
            elif words:
                if len(words) != 4:
                    raise InputError(f"{dataset.location}:{number}: {len(words)} words; a question has four")
                questions.append((words[0], words[1], words[2], words[3]))
                sections.append(section)
        if not questions:
            raise InputError(f"{dataset.location}: no questions in it")
        return cls(questions, sections)

    def __len__(self) -> int:
        return len(self.questions)

    @property
    def items(self) -> Sequence[tuple[str, str, str, str]]:
        """The words of each question."""
        return self.questions

    @property
    def categories(self) -> dict[str, list[int]]:
        """The places of the questions of each section, in the order of the file; none of a file without sections."""
        found: dict[str, list[int]] = {}
        for place, section in enumerate(self.sections):
            found.setdefault(section, []).append(place)
        return {} if set(found) == {""} else found

    def outcomes(self, index: Mapping[str, int], unit_rows: Unit) -> Floats:
        """1 for each question answered rightly, 0 wrongly, by 3CosAdd and 3CosMul, (n, 2); NaN if a word is unknown."""
        a, b, c, d = (rows(words, index) for words in zip(*self.questions, strict=True))
        known = (a >= 0) & (b >= 0) & (c >= 0) & (d >= 0)
        right = np.full((len(self), 2), np.nan)
        answers = three_cos(unit_rows, a[known], b[known], c[known], d[known])
        right[known] = np.column_stack(answers) == d[known, None]
        return right

    def scores(self, outcomes: Floats, counts: Floats) -> Floats:
        """Accuracy over the known questions, (R, S), of S spaces' outcomes (n, S) in R resamples (R, n)."""
        return mean_of_resamples(outcomes, counts)
