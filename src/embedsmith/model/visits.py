"""A block of text as the kernels read it: which words are kept, and where each looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from embedsmith.model.kernel.random import seed_of
from embedsmith.model.kernel.window import open_windows
from embedsmith.tokenizer.tokens import Ids

Int32s = npt.NDArray[np.int32]


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


@dataclass(frozen=True)
class Visits:
    """The visits of one block.

    Attributes
    ----------
    words
        The kept words in order.
    centres, left, right
        Of each visit: place of the centre in `words`, first and last place that it sees.
    read
        Words of the text, kept or not.
    """

    words: Int32s
    centres: Int32s
    left: Int32s
    right: Int32s
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
    words = np.empty(len(text), np.int32)
    places = np.empty((3, len(text) * ceil(float(reading.visits.max()))), np.int32)
    _, number = open_windows(
        text, reading.keep, reading.window, reading.visits, seed_of(*purpose), words, places[0], places[1], places[2]
    )
    return Visits(words, places[0, :number], places[1, :number], places[2, :number], int((text >= 0).sum()))
