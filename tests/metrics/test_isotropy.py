from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp

from embedsmith.metrics import isotropy
from embedsmith.metrics.isotropy import mean_cosine, partition_isotropy
from embedsmith.metrics.similarity import unit
from metrics.test_spectrum import cloud


def axes(d):
    """Both directions of every axis: as isotropic as vectors can be."""
    return np.concatenate([np.eye(d), -np.eye(d)])


def directions(vectors):
    """Eigenvectors of V'V, by a singular value decomposition."""
    return np.linalg.svd(np.asarray(vectors, dtype=float), full_matrices=False)[2]


def brute_force(vectors, weights):
    """Mean cosine over all pairs, one by one."""
    total = whole = 0.0
    for i in range(len(vectors)):
        for j in range(i):
            norms = np.linalg.norm(vectors[i]) * np.linalg.norm(vectors[j])
            total += weights[i] * weights[j] * float(vectors[i] @ vectors[j] / norms if norms else 0.0)
            whole += weights[i] * weights[j]
    return total / whole


def test_mean_cosine_agrees_with_brute_force_over_all_pairs():
    vectors = cloud()
    vectors[[3, 50]] = 0

    assert mean_cosine(unit(vectors)) == pytest.approx(brute_force(vectors, np.ones(200)), abs=1e-6)


def test_weighted_mean_cosine_agrees_with_brute_force_over_all_pairs():
    vectors = cloud()
    vectors[[3, 50]] = 0
    counts = 1000 / np.arange(1, 201)
    counts[100:110] = 0

    assert mean_cosine(unit(vectors), counts) == pytest.approx(brute_force(vectors, counts), abs=1e-6)


def test_mean_cosine_by_hand():
    assert mean_cosine(unit([[1, 0], [2, 0], [0, 1]])) == pytest.approx(1 / 3)
    assert mean_cosine(unit([[1, 2]] * 4)) == pytest.approx(1)
    for d in (2, 5):  # each of 2d vectors has one opposite, and is orthogonal to the others
        assert mean_cosine(unit(axes(d))) == pytest.approx(-1 / (2 * d - 1))


def test_weighted_mean_cosine_by_hand():
    # Pairs (1, 2), (1, 3) and (2, 3) with weights 2, 6 and 3, of which the first alone is not orthogonal.
    assert mean_cosine(unit([[1, 0], [2, 0], [0, 1]]), [2, 1, 3]) == pytest.approx(2 / 11)


def test_pairs_need_two_vectors():
    with pytest.raises(ValueError, match="at least two vectors, not 1"):
        mean_cosine(unit([[1, 0]]))
    with pytest.raises(ValueError, match="at least two vectors with a weight"):
        mean_cosine(unit([[1, 0], [0, 1]]), [3, 0])
    with pytest.raises(ValueError, match="all weights are 0"):
        mean_cosine(unit([[1, 0], [0, 1]]), [0, 0])


def test_the_partition_function_is_even_where_vectors_are():
    for d in (2, 5):
        assert partition_isotropy(axes(d), directions(axes(d))) == pytest.approx(1, abs=1e-6)


def test_the_partition_function_of_one_direction_by_hand():
    # Four times (1, 0): 4e, 4/e and twice 4 to the four sides.
    assert partition_isotropy(np.array([[1.0, 0]] * 4), np.eye(2)) == pytest.approx(np.exp(-2), rel=1e-6)


def test_both_directions_of_an_eigenvector_count():
    vectors = cloud()
    found = partition_isotropy(vectors, directions(vectors))

    assert partition_isotropy(vectors, -directions(vectors)) == pytest.approx(found, rel=1e-5)


def test_the_partition_function_agrees_with_scipy_whatever_the_blocks(monkeypatch):
    vectors = cloud()
    towards = directions(vectors)
    projected = vectors.astype(float) @ np.concatenate([towards, -towards]).T
    logs = logsumexp(projected, axis=0)
    expected = np.exp(logs.min() - logs.max())

    assert partition_isotropy(vectors, towards) == pytest.approx(expected, rel=1e-4)
    monkeypatch.setattr(isotropy, "BLOCK", 33)
    assert partition_isotropy(vectors, towards) == pytest.approx(expected, rel=1e-4)


def test_no_length_is_too_large_for_the_partition_function():
    long = 1e6 * axes(3).astype(np.float32)

    assert partition_isotropy(long, np.eye(3)) == pytest.approx(1, abs=1e-6)
    assert partition_isotropy(long[:3], np.eye(3)) == 0.0  # the extremes are e^1000000 apart
