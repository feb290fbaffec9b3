"""How often a word is read, and how often it is drawn as a negative: by its count alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.model.kernel.random import shuffle

Counts = npt.NDArray[np.int64]
TABLE = 1 << 22
"""Least length of the table of negatives."""


def kept_shares(counts: Counts, sample: float) -> npt.NDArray[np.float64]:
    """Return the share of each word's occurrences that are read, (V,).

    Of a word that makes up the share f of the text, sqrt(sample / f) + sample / f, at most 1: what word2vec's code
    does, where Mikolov et al. (2013), section 2.3, write sqrt(sample / f). All of them if `sample` is 0.
    """
    if sample == 0:
        return np.ones(len(counts))
    ratio = sample * counts.sum() / counts
    shares: npt.NDArray[np.float64] = np.minimum(1.0, np.sqrt(ratio) + ratio)
    return shares


def noise_table(counts: Counts, exponent: float, state: np.uint64) -> npt.NDArray[np.int32]:
    """Return word ids in random order, each as often as count ** exponent has it, to be read from any place on.

    Every word is in it at least once. About 16 V long, at least TABLE. `state` is of the random numbers.
    """
    weights = counts.astype(np.float64) ** exponent
    entries = np.maximum(1, np.rint(weights / weights.sum() * max(TABLE, 16 * len(counts)))).astype(np.int64)
    table = np.repeat(np.arange(len(counts), dtype=np.int32), entries)
    shuffle(table, state)
    return table


def rare_visits(counts: Counts, below: int, power: float, most: float) -> npt.NDArray[np.float32]:
    """Return how often an occurrence of each word is the centre of a window, (V,).

    (below / count) ** power for words seen less than `below` times, at most `most`; once for the others. With a
    power of 1 all rare words have the same number of pairs: sampling by inverse frequency.
    """
    visits = np.clip((below / np.maximum(counts, 1)) ** power, 1.0, most)
    return visits.astype(np.float32)
