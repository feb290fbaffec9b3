from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.neighbors import NearestNeighbors

from embedsmith.metrics import neighbours
from embedsmith.metrics.neighbours import k_nearest, nearest, overlap, ranks, shared
from embedsmith.metrics.similarity import unit


def plain_rank(rows, query, target):
    """Rank by sorting, in double precision; equal cosines share the mean of their ranks."""
    others = [row for row in range(len(rows)) if row != query]
    cosines = rows[others].astype(float) @ rows[query].astype(float)
    return stats.rankdata(-np.round(cosines, 6))[others.index(target)]


def plain_overlap(rows, left, right, k, left_out):
    """Sets of neighbours, by sorting the whole vocabulary."""

    def nearest(query):
        cosines = rows.astype(float) @ rows[query].astype(float)
        allowed = [row for row in np.argsort(-cosines) if row not in {left, right, *left_out}]
        return set(allowed[:k])

    return len(nearest(left) & nearest(right)) / k


@pytest.mark.parametrize("block", [1, 7, 64])
def test_ranks_and_overlaps_agree_with_plain_sorting_however_the_work_is_cut(monkeypatch, block):
    monkeypatch.setattr(neighbours, "BLOCK", block)
    random = np.random.default_rng(0)
    originals = random.normal(size=(30, 6))
    rows = unit(np.concatenate([originals, originals + 0.7 * random.normal(size=(30, 6)), random.normal(size=(90, 6))]))
    left, right, out = np.arange(30, 60), np.arange(30), np.arange(30, 60)

    found = overlap(rows, left, right, 5, out)

    assert ranks(rows, left, right).tolist() == [plain_rank(rows, *pair) for pair in zip(left, right, strict=True)]
    assert found.tolist() == [plain_overlap(rows, one, other, 5, out) for one, other in zip(left, right, strict=True)]
    assert 0.2 < found.mean() < 0.8  # neither nothing nor all is shared


def test_a_rank_by_hand():
    rows = unit([[1, 0], [1, 0.1], [1, 0.2], [1, 0.3], [-1, 0]])

    assert ranks(rows, np.array([0, 0, 0]), np.array([1, 3, 4])).tolist() == [1, 3, 4]


def test_words_that_are_equally_near_share_their_rank_so_that_a_zero_vector_finds_nothing():
    rows = unit([[0, 0], [1, 0], [0, 1], [1, 1], [-1, 2]])

    assert ranks(rows, np.array([0, 0]), np.array([1, 4])).tolist() == [2.5, 2.5]


def test_an_overlap_by_hand():
    # Nearest two of row 0, without its partner 3: rows 1 and 2; those of row 3: rows 2 and 4.
    rows = unit([[1, 0], [1, 0.1], [1, 0.4], [1, 0.8], [1, 1], [-1, 0]])
    none = np.array([], dtype=np.int64)

    assert overlap(rows, np.array([0]), np.array([3]), 2, none).tolist() == [0.5]
    # Row 2 left out: rows 1 and 4 are the nearest of both.
    assert overlap(rows, np.array([0]), np.array([3]), 2, np.array([2])).tolist() == [1]


def test_a_zero_vector_shares_no_neighbours():
    rows = unit([[0, 0], [0, 0], [1, 0], [0, 1]])

    assert overlap(rows, np.array([0]), np.array([1]), 2, np.array([], dtype=np.int64)).tolist() == [0]


def test_where_there_are_fewer_words_than_neighbours_asked_for_only_those_can_be_shared():
    rows = unit([[1, 0], [0.9, 0.1], [0.8, 0.3]])

    assert overlap(rows, np.array([0]), np.array([1]), 10, np.array([0])).tolist() == [0.1]


def test_no_words_have_no_ranks():
    none = np.array([], dtype=np.int64)

    assert ranks(unit(np.eye(3)), none, none).size == 0
    assert overlap(unit(np.eye(3)), none, none, 10, none).size == 0


def test_neighbours_kept_are_those_that_two_spaces_share():
    before = unit([[1, 0], [0.9, 0.1], [0.8, 0.3], [0, 1]])
    after = unit([[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0.9, 0, 0.3]])
    queries, none = np.array([0, 3]), np.zeros(0, np.int64)
    near, others = (nearest(rows, queries, queries, 2, none) for rows in (before, after))
    assert [sorted(row) for row in near.tolist()] == [[1, 2], [1, 2]]
    assert [sorted(row) for row in others.tolist()] == [[1, 3], [0, 1]]
    assert shared(near, others).tolist() == [0.5, 0.5]
    assert shared(near, near).tolist() == [1, 1]


def test_a_zero_vector_keeps_no_neighbours_and_few_words_have_fewer():
    rows = unit([[1, 0], [0.9, 0.1], [0, 0]])
    queries = np.array([0, 2])
    near = nearest(rows, queries, queries, 4, np.zeros(0, np.int64))
    assert [sorted(row) for row in near.tolist()] == [[-1, -1, 1, 2], [-1, -1, -1, -1]]
    assert shared(near, near).tolist() == [0.5, 0]


@pytest.mark.parametrize(("words", "k"), [(40, 3), (3000, 10), (3000, 60), (12, 11)])
@pytest.mark.parametrize("block", [1, 64])
def test_the_k_nearest_agree_with_scikit_learn(monkeypatch, words, k, block):
    monkeypatch.setattr(neighbours, "BLOCK", block)
    rows = unit(np.random.default_rng(0).normal(size=(words, 8)))
    queries = np.array([5, 0, 11])
    fitted = NearestNeighbors(n_neighbors=k + 1, metric="cosine", algorithm="brute").fit(rows.astype(float))
    expected = fitted.kneighbors(rows[queries].astype(float), return_distance=False)[:, 1:]

    np.testing.assert_array_equal(k_nearest(rows, queries, k), expected)


def test_of_equally_near_words_the_more_frequent_are_taken():
    rows = unit(np.concatenate([[[1, 0]], np.repeat([[1, 1]], 700, axis=0)]))

    assert k_nearest(rows, np.array([0, 3]), 4).tolist() == [[1, 2, 3, 4], [1, 2, 4, 5]]
