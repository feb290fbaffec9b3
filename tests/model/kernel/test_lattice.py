from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np

from embedsmith.model.kernel.lattice import sample_cuts
from embedsmith.model.kernel.random import seed_of
from model.conftest import is_likely

Edge = tuple[int, int, int, float]
"""From which to which character, the unit, its score."""


def cuts(words: list[tuple[int, list[Edge]]], seed: int = 0) -> list[tuple[int, ...]]:
    """Draw a cut of each word, of so many characters and with the pieces that fit into it."""
    edges = [edge for _, fitting in words for edge in sorted(fitting, key=lambda edge: edge[1])]
    start, end, unit = np.array([edge[:3] for edge in edges], np.int32).T.copy()
    lengths = np.array([length for length, _ in words])
    bounds, cut = np.empty(len(words) + 1, np.int64), np.empty(lengths.sum(), np.int32)
    places = np.cumsum([0, *(len(fitting) for _, fitting in words)])
    scores = np.array([edge[3] for edge in edges])
    sample_cuts(lengths, places, start, end, unit, scores, seed_of(seed), bounds, cut)
    return [tuple(cut[begin:end]) for begin, end in pairwise(bounds)]


def test_a_cut_is_drawn_by_the_exponential_of_its_score_worked_out_by_hand() -> None:
    """Of three characters a, b, c: abc; ab, c; a, bc; a, b, c."""
    pieces = {(0, 3): 0.5, (0, 2): 0.2, (2, 3): 0.3, (0, 1): 0.4, (1, 3): 0.25, (1, 2): 0.6}
    word = (3, [(*span, number, math.log(share)) for number, (span, share) in enumerate(pieces.items())])
    chances = {(0,): 0.5, (1, 2): 0.2 * 0.3, (3, 4): 0.4 * 0.25, (3, 5, 2): 0.4 * 0.6 * 0.3}
    drawn = Counter(cuts([word] * 20_000))
    assert set(drawn) == set(chances)
    assert is_likely([drawn[cut] for cut in chances], list(chances.values()))


def test_each_word_has_its_own_pieces_in_order() -> None:
    single = (1, [(0, 1, 7, -3.0)])
    only = (4, [(0, 1, 1, 0.0), (1, 3, 2, 0.0), (3, 4, 3, 0.0)])
    assert cuts([only, single, only]) == [(1, 2, 3), (7,), (1, 2, 3)]


def test_scores_far_apart_and_far_from_zero_are_no_harm() -> None:
    sure = (2, [(0, 2, 0, -3000.0), (0, 1, 1, -3000.0), (1, 2, 2, -3000.0)])
    assert set(cuts([sure] * 500)) == {(0,)}
    even = (2, [(0, 2, 0, -5000.0), (0, 1, 1, -2500.0), (1, 2, 2, -2500.0)])
    drawn = Counter(cuts([even] * 5000))
    assert is_likely([drawn[(0,)], drawn[(1, 2)]], [1, 1])


def test_words_are_cut_independently_and_another_state_cuts_otherwise() -> None:
    word = (2, [(0, 2, 0, 0.0), (0, 1, 1, 0.0), (1, 2, 2, 0.0)])
    drawn = [len(cut) - 1 for cut in cuts([word] * 20_000)]
    assert is_likely(np.bincount(2 * np.array(drawn[::2]) + drawn[1::2], minlength=4), np.ones(4))
    assert cuts([word] * 50) == cuts([word] * 50) != cuts([word] * 50, seed=1)
