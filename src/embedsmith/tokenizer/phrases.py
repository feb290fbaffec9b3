"""Phrases: words that stand side by side more often than by chance, `new york`, become one token, `new_york`.

Texts are ids here, in blocks of whole sentences. A pair of ids is one number, its key: the first id in the upper 32
bits, the second in the lower.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from embedsmith.tokenizer.settings import Phrases
from embedsmith.tokenizer.tokens import Ids

JOINER = "_"
Keys = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def keys_of(ids: Ids) -> Keys:
    """Return the key of each id and the next, (n - 1,); negative where either is the end of a sentence."""
    keys: Keys = ids[:-1].astype(np.int64) << 32 | ids[1:]
    return keys


def ids_of(keys: Keys) -> tuple[Keys, Keys]:
    """Return the first and the second id of each key."""
    return keys >> 32, keys & 0xFFFFFFFF


def count_pairs(blocks: Iterable[Ids], counts: Counts, least: int) -> tuple[Keys, Counts]:
    """Return the keys, ascending, of the pairs that stand side by side at least `least` times, and how often each does.

    Memory grows with the distinct pairs of words that are seen so often, 16 bytes each.

    Parameters
    ----------
    counts
        Times each id is in the text, (V,).
    """
    frequent = np.append(counts >= least, False)  # the end of a sentence, -1, is the last
    keys, numbers = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for ids in blocks:
        often = frequent[ids]
        own, times = np.unique(keys_of(ids)[often[:-1] & often[1:]], return_counts=True)
        keys, numbers = _sums(np.concatenate([keys, own]), np.concatenate([numbers, times]))
    kept = numbers >= least
    return keys[kept], numbers[kept]


def _sums(keys: Keys, numbers: Counts) -> tuple[Keys, Counts]:
    """Return the distinct keys, ascending, and the sum of the numbers of each."""
    if not len(keys):
        return keys, numbers
    order = np.argsort(keys, kind="stable")  # two ascending runs are merged
    keys, numbers = keys[order], numbers[order]
    begins = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    return keys[begins], np.add.reduceat(numbers, begins)


def score(pairs: Counts, first: Counts, second: Counts, total: int, settings: Phrases) -> Floats:
    r"""Return how much more often than by chance the words of each pair stand side by side, (n,).

    Parameters
    ----------
    pairs, first, second
        Times that each pair, its first word and its second are in the text, (n,).
    total
        Words of the text.

    Notes
    -----
    `npmi` is :math:`\ln\frac{p(a, b)}{p(a) p(b)} / -\ln p(a, b)`, from -1 to 1: Bouma (2009), "Normalized (pointwise)
    mutual information in collocation extraction". `mikolov` is :math:`N \frac{n(a, b) - \delta}{n(a) n(b)}`, where
    delta is `min_count`: Mikolov et al. (2013), "Distributed representations of words and phrases and their
    compositionality", equation 6, times the number of words, as in word2phrase.c.
    """
    beyond = pairs - settings.min_count if settings.scoring == "mikolov" else pairs
    ratio = beyond * float(total) / (first * second.astype(np.float64))
    return ratio if settings.scoring == "mikolov" else np.asarray(np.log(ratio) / -np.log(pairs / total))


def find(blocks: Iterable[Ids], counts: Counts, settings: Phrases) -> Keys:
    """Return the keys, ascending, of the pairs that score above the threshold."""
    keys, pairs = count_pairs(blocks, counts, settings.min_count)
    first, second = ids_of(keys)
    return keys[score(pairs, counts[first], counts[second], int(counts.sum()), settings) > settings.threshold]


def join(ids: Ids, keys: Keys, phrases: Ids, size: int) -> Ids:
    """Return a block with the pairs in `keys` joined, from left to right: of a b c, if both pairs are, a_b c.

    Parameters
    ----------
    keys
        Ascending, (p,).
    phrases
        The id that each pair becomes, (p,).
    size
        All ids are smaller.
    """
    begins, ends = np.zeros((2, size + 1), bool)
    begins[keys >> 32], ends[keys & 0xFFFFFFFF] = True, True
    places = np.flatnonzero(begins[ids[:-1]] & ends[ids[1:]])
    own = keys_of(ids)[places]
    found = np.searchsorted(keys, own)
    hit = keys[np.minimum(found, len(keys) - 1)] == own
    places, found = places[hit], found[hit]
    taken = _every_other(places)
    joined = ids.copy()
    joined[places[taken]] = phrases[found[taken]]
    return np.delete(joined, places[taken] + 1)


def _every_other(places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say for each of the ascending `places`, (n,), whether it is the first, third, ... of a run without gaps."""
    number = np.arange(len(places))
    begins = np.append(True, np.diff(places) > 1)[: len(places)]
    taken: npt.NDArray[np.bool_] = (number - np.maximum.accumulate(np.where(begins, number, 0))) % 2 == 0
    return taken
