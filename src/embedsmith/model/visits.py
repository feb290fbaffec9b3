"""A block of text as the kernels read it: which words are kept, and what each sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from embedsmith.model.kernel.compose import list_units
from embedsmith.model.kernel.random import seed_of
from embedsmith.model.kernel.vector import LANES
from embedsmith.model.kernel.window import list_contexts, open_windows
from embedsmith.model.units import Units
from embedsmith.tokenizer.tokens import Ids

Int32s = npt.NDArray[np.int32]
LATEST = 2
"""Contexts of a visit that its neighbours before it have mostly not seen: windows move on by a word."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How text is read, by word.

    Attributes
    ----------
    keep
        Share of its occurrences that are read, times 2^32 - 1, (V,).
    window
        Largest distance that it looks at as a centre, (V,).
    visits
        How often an occurrence is a centre, in expectation, (V,).
    """

    keep: npt.NDArray[np.uint32]
    window: Int32s
    visits: npt.NDArray[np.float32]


class Lists(NamedTuple):
    """Lists of rows: those of list i are rows[bounds[i] : bounds[i + 1]].

    Attributes
    ----------
    bounds
        int64, (n + 1,).
    rows
        int32.
    new
        So many rows, at most, at the end of a list, may be rows that the lists before it did not have.
    """

    bounds: npt.NDArray[np.int64]
    rows: Int32s
    new: int

    def of_units(self, units: Units) -> Lists:
        """Return the lists of the units of these words."""
        bounds, rows = np.empty_like(self.bounds), self.rows[: self.bounds[-1]]
        listed = np.empty(int(np.diff(units.bounds)[rows].sum()), np.int32)
        list_units(self.bounds, rows, units.bounds, units.unit_of, bounds, listed)
        return Lists(bounds, listed, len(listed))


@dataclass(frozen=True)
class Visits:
    """The visits of one block.

    Attributes
    ----------
    centres, contexts
        The words of each visit: one, and those that it sees.
    read
        Words of the text, kept or not.
    """

    centres: Lists
    contexts: Lists
    read: int


def visits(text: Ids, reading: Reading, purpose: Sequence[int]) -> Visits:
    """Draw the visits of a block.

    Parameters
    ----------
    text
        Word ids of whole sentences, SENTENCE_END after each.
    purpose
        What the random numbers are for: other numbers, other visits.
    """
    window = int(reading.window.max())
    beyond = -(-window // LANES) * LANES
    words = np.empty(len(text) + beyond, np.int32)
    places = np.empty((3, len(text) * ceil(float(reading.visits.max()))), np.int32)
    _, number = open_windows(
        text, reading.keep, reading.window, reading.visits, seed_of(*purpose), words, places[0], places[1], places[2]
    )
    centres, left, right = places[:, :number]
    bounds, contexts = np.empty(number + 1, np.int64), np.empty(number * 2 * window + beyond, np.int32)
    list_contexts(words, centres, left, right, window, bounds, contexts)
    return Visits(
        Lists(np.arange(number + 1), words[centres], 1),
        Lists(bounds, contexts, LATEST),
        int((text >= 0).sum()),
    )
