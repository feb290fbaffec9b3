"""Analogies as an audit: "man is to doctor as woman is to ?", with and without the question's own words as answers.

Systems leave them out, and so can never answer "doctor": what looks like bias may be that alone (Nissim, van Noord
& van der Goot 2020, "Fair Is Better than Sensational: Man Is to Doctor as Woman Is to Doctor", Computational
Linguistics).
"""

from __future__ import annotations

import numpy as np

from embedsmith.metrics.similarity import Ids, Unit


def answers(unit_rows: Unit, a: Ids, b: Ids, c: Ids) -> tuple[Ids, Ids]:
    """Answer "a is to b as c is to ?" by the row nearest to b - a + c; of equal rows the first wins.

    Parameters
    ----------
    unit_rows
        (V, d) vectors of length 1, V at least 4.
    a, b, c
        (n,) rows of the questions' words.

    Returns
    -------
    restricted, unrestricted
        (n,) rows: another word than these three, and any word.
    """
    scores = (unit_rows[b] - unit_rows[a] + unit_rows[c]) @ unit_rows.T
    unrestricted = scores.argmax(axis=1)
    for ids in (a, b, c):
        scores[np.arange(len(scores)), ids] = -np.inf
    return scores.argmax(axis=1), unrestricted
