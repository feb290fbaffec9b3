from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_swiss_roll
from sklearn.neighbors import NearestNeighbors

from embedsmith.metrics.intrinsic_dimension import (
    distances,
    intrinsic_dimension,
    intrinsic_dimension_of_resamples,
    log_ratios,
)


def nearest(vectors, k):
    return NearestNeighbors(n_neighbors=k).fit(vectors).kneighbors()


def plane(dimension, within, n=2000, seed=0):
    """Points spread evenly in a cube of some dimensions, turned within a space of more."""
    random = np.random.default_rng(seed)
    turned = np.linalg.qr(random.normal(size=(within, within)))[0][:dimension]
    return random.uniform(size=(n, dimension)) @ turned


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_a_plane_has_its_dimension_whatever_it_lies_in(dimension):
    # A tenth less is what the border of a cube of five dimensions costs.
    apart, _ = nearest(plane(dimension, 20), 10)

    assert intrinsic_dimension(apart, 2) == pytest.approx(dimension, rel=0.1)
    assert intrinsic_dimension(apart, 10) == pytest.approx(dimension, rel=0.1)


def test_a_swiss_roll_has_two_dimensions():
    apart, _ = nearest(make_swiss_roll(4000, random_state=0)[0], 10)

    assert intrinsic_dimension(apart, 2) == pytest.approx(2, rel=0.05)
    assert intrinsic_dimension(apart, 10) == pytest.approx(2, rel=0.05)


def test_two_neighbours_agree_with_the_line_of_the_paper():
    apart, _ = nearest(plane(4, 10), 2)
    # Facco et al.: -log(1 - F(mu)) against log mu, a line through the origin, without the last tenth.
    ratios = np.sort(np.log(apart[:, 1] / apart[:, 0]))[:1800]
    heights = -np.log(1 - np.arange(1, 1801) / 2000)
    line = float(ratios @ heights / (ratios @ ratios))

    assert intrinsic_dimension(apart, 2) == pytest.approx(line, rel=0.05)


def test_maximum_likelihood_agrees_with_levina_and_bickel_pooled():
    apart, _ = nearest(plane(3, 10), 10)
    # Of each point: the mean logarithm of T_k / T_j, j < k; MacKay and Ghahramani average these, not the dimensions.
    inverse = [np.mean([np.log(line[-1] / value) for value in line[:-1]]) for line in apart]

    assert intrinsic_dimension(apart, 10) == pytest.approx(1 / np.mean(inverse))


def test_dimension_by_hand():
    # Ratios 2 and e: two points, 2 / (log 2 + 1).
    assert intrinsic_dimension([[1, 2, 9], [1, np.e, 9]], 2) == pytest.approx(2 / (np.log(2) + 1))


def test_copies_say_nothing():
    apart, _ = nearest(plane(2, 5), 10)
    expected = intrinsic_dimension(apart, 10)
    copied = np.concatenate([np.zeros((len(apart), 2)), apart, apart[:, 3:5]], axis=1)

    assert intrinsic_dimension(copied, 10) == pytest.approx(expected)
    assert intrinsic_dimension(copied, 2) == pytest.approx(intrinsic_dimension(apart, 2))


def test_neighbours_that_are_all_as_far_fit_no_dimension():
    assert np.isnan(intrinsic_dimension(np.ones((5, 3)), 2))
    assert np.isnan(intrinsic_dimension(np.zeros((5, 3)), 3))
    assert np.isnan(intrinsic_dimension(np.ones((5, 1)), 2))


def test_distances_agree_with_scikit_learn():
    vectors = plane(4, 10).astype(np.float32)
    apart, found = nearest(vectors.astype(float), 5)
    points = np.array([7, 3, 900])

    np.testing.assert_allclose(distances(vectors, points, found[points]), apart[points], rtol=1e-6)


def test_a_resample_is_of_points_drawn_as_often():
    apart, _ = nearest(plane(2, 5, n=50), 5)
    counts = np.random.default_rng(0).integers(0, 4, size=(3, 50))
    expected = [intrinsic_dimension(np.repeat(apart, line, axis=0), 5) for line in counts]

    np.testing.assert_allclose(intrinsic_dimension_of_resamples(log_ratios(apart, 5), counts), expected)
